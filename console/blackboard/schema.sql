-- The blackboard of one project, version 2. Times are UTC epoch milliseconds. Lists and maps are JSON text.
--
-- Every table that changes carries `actor`, `origin`, `in_session` and `rev`: who wrote the row last. A command raises
-- `rev` with each write; where a row changed and `rev` did not, the write came from a bare shell and the feed says `unknown`.

CREATE TABLE project (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    project       TEXT NOT NULL,
    epoch         TEXT NOT NULL,               -- new after a restore: cursors of another epoch start over
    archived      INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
    paused_at     INTEGER,
    paused_by     TEXT,
    pause_reason  TEXT,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE tasks (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    title        TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    body         TEXT NOT NULL DEFAULT '',
    status       TEXT NOT NULL DEFAULT 'pending'
                 CHECK (status IN ('pending', 'working', 'review', 'held', 'done', 'failed', 'cancelled')),
    priority     INTEGER NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 4),
    assignee     TEXT,
    role         TEXT,
    needs        TEXT NOT NULL DEFAULT '[]',
    tags         TEXT NOT NULL DEFAULT '[]',
    reviews      TEXT NOT NULL DEFAULT '[]',
    parent       INTEGER REFERENCES tasks (id) ON DELETE SET NULL,
    deadline     INTEGER,
    not_before   INTEGER,
    retry_at     INTEGER,
    blocked_by   INTEGER NOT NULL DEFAULT 0 CHECK (blocked_by >= 0),
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    fence        INTEGER NOT NULL DEFAULT 0 CHECK (fence >= 0),
    session      TEXT,
    lease_until  INTEGER,
    held_from    TEXT CHECK (held_from IN ('pending', 'review')),
    hold_reason  TEXT,
    hold_rule    TEXT,
    preferred    TEXT,
    failure      TEXT,
    work_folder  TEXT,
    branch       TEXT,
    kind         TEXT NOT NULL DEFAULT 'work' CHECK (kind IN ('work', 'plan', 'distil', 'report', 'undo')),
    expect       TEXT NOT NULL DEFAULT '[]',   -- paths of the outputs that a submit must have
    on_failure   TEXT NOT NULL DEFAULT 'ask' CHECK (on_failure IN ('ask', 'cancel', 'undo')),
    undo         TEXT,                         -- what a task that undoes this one is told
    from_task    INTEGER REFERENCES tasks (id) ON DELETE SET NULL,  -- the plan or the failed task that it comes from
    schedule     INTEGER REFERENCES schedules (id) ON DELETE SET NULL,
    applied_at   INTEGER,                      -- its result (a plan, a skill) or its failure took effect
    cap          TEXT,                         -- its own caps: {"tokens", "cost", "sessions", "seconds", "raised_at": {…}}
    created_at   INTEGER NOT NULL,
    created_by   TEXT NOT NULL DEFAULT 'unknown',
    updated_at   INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1,
    CHECK ((status = 'working') = (session IS NOT NULL)),
    CHECK ((status = 'held') = (held_from IS NOT NULL))
) STRICT;
-- Everything that a queue is ordered by, so that a long one is read without its texts.
CREATE INDEX tasks_ready ON tasks (priority, id, created_at, not_before, retry_at, deadline, kind, status, blocked_by)
WHERE status = 'pending' AND blocked_by = 0;
CREATE INDEX tasks_dated ON tasks (status, blocked_by, deadline, priority, id) WHERE deadline IS NOT NULL;
CREATE INDEX tasks_waiting ON tasks (status, blocked_by) WHERE blocked_by > 0;
CREATE INDEX tasks_status ON tasks (status, priority, id);
CREATE INDEX tasks_failed ON tasks (status, updated_at) WHERE status = 'failed';
CREATE INDEX tasks_parent ON tasks (parent) WHERE parent IS NOT NULL;
CREATE INDEX tasks_unapplied ON tasks (kind, id) WHERE kind <> 'work' AND applied_at IS NULL;
CREATE INDEX tasks_capped ON tasks (id) WHERE cap IS NOT NULL;
CREATE INDEX tasks_schedule ON tasks (schedule, status, id) WHERE schedule IS NOT NULL;

CREATE TABLE dependencies (
    task   INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    needs  INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    at     INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT,
    PRIMARY KEY (task, needs),
    CHECK (task <> needs)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependencies_needs ON dependencies (needs, task);

CREATE TABLE counts (
    status  TEXT PRIMARY KEY,
    n       INTEGER NOT NULL CHECK (n >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO counts (status, n)
VALUES ('pending', 0), ('working', 0), ('review', 0), ('held', 0), ('done', 0), ('failed', 0), ('cancelled', 0);

CREATE TABLE sessions (
    id                 TEXT PRIMARY KEY CHECK (length(id) = 36),
    task_id            INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    seat_id            INTEGER REFERENCES seats (id) ON DELETE CASCADE,
    parent_session     TEXT,
    agent              TEXT NOT NULL,
    backend            TEXT NOT NULL,          -- its name; a newer moziplus may know more of them
    status             TEXT NOT NULL
                       CHECK (status IN ('starting', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'lost')),
    fence              INTEGER NOT NULL,
    attempt            INTEGER NOT NULL DEFAULT 1,
    run_id             TEXT,
    folder             TEXT,
    external_id        TEXT,                   -- the conversation in which its model answered, by its own program's name of it
    lease_until        INTEGER,
    created_at         INTEGER NOT NULL,
    started_at         INTEGER,
    last_word_at       INTEGER,
    last_line          TEXT,
    ended_at           INTEGER,                -- its result is settled
    gone_at            INTEGER,                -- its process is confirmed gone, its slot is free
    stop_reason        TEXT CHECK (stop_reason IN ('cancel', 'hold', 'timeout', 'estop', 'operator', 'lingering')),
    stop_requested_at  INTEGER,
    nudged_at          INTEGER,
    exit_code          INTEGER,
    failure            TEXT,
    tail               TEXT,
    counted            INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1)),
    tokens             INTEGER NOT NULL DEFAULT 0,
    cost               REAL NOT NULL DEFAULT 0,
    skills             TEXT NOT NULL DEFAULT '[]',
    updated_at         INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1,
    CHECK ((status IN ('starting', 'running')) = (ended_at IS NULL)),
    CHECK (gone_at IS NULL OR ended_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX sessions_task_fence ON sessions (task_id, fence) WHERE seat_id IS NULL;
CREATE UNIQUE INDEX sessions_seat_fence ON sessions (seat_id, fence) WHERE seat_id IS NOT NULL;
CREATE INDEX sessions_present ON sessions (task_id) WHERE gone_at IS NULL;
CREATE INDEX sessions_task ON sessions (task_id, created_at);
CREATE INDEX sessions_recent ON sessions (created_at);

-- What sessions have used, kept by triggers: bucket 0 is all there ever was, the others are half hours since the epoch
-- (every time zone's midnight is at one), by the moment at which it was reported.
CREATE TABLE usage (
    bucket    INTEGER PRIMARY KEY,
    sessions  INTEGER NOT NULL DEFAULT 0,
    tokens    INTEGER NOT NULL DEFAULT 0,
    cost      REAL NOT NULL DEFAULT 0
) STRICT;
INSERT INTO usage (bucket) VALUES (0);

CREATE TABLE comments (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id       INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    review_id     INTEGER REFERENCES reviews (id) ON DELETE CASCADE,
    comment_type  TEXT NOT NULL DEFAULT 'comment'
                  CHECK (comment_type IN ('comment', 'rebuttal', 'question', 'answer', 'handoff', 'system')),
    body          TEXT NOT NULL,
    at            INTEGER NOT NULL,
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT
) STRICT;
CREATE INDEX comments_task ON comments (task_id, id);

CREATE TABLE decisions (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id  INTEGER REFERENCES tasks (id) ON DELETE SET NULL,
    title    TEXT NOT NULL,
    reason   TEXT NOT NULL DEFAULT '',
    at       INTEGER NOT NULL,
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT
) STRICT;
CREATE INDEX decisions_task ON decisions (task_id) WHERE task_id IS NOT NULL;

CREATE TABLE observations (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    level     TEXT NOT NULL DEFAULT 'routine' CHECK (level IN ('urgent', 'attention', 'routine', 'optional')),
    cause     TEXT,
    body      TEXT NOT NULL,
    task_id   INTEGER REFERENCES tasks (id) ON DELETE SET NULL,
    session   TEXT,
    at        INTEGER NOT NULL,
    acked_at  INTEGER,
    acked_by  TEXT,
    ended_at  INTEGER,
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX observations_cause ON observations (cause) WHERE cause IS NOT NULL AND ended_at IS NULL;
CREATE INDEX observations_open ON observations (level, at) WHERE ended_at IS NULL AND acked_at IS NULL;

CREATE TABLE outputs (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id  INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    session  TEXT,
    version  INTEGER NOT NULL DEFAULT 1,
    round    INTEGER NOT NULL DEFAULT 1,
    path     TEXT NOT NULL,                    -- relative to artifacts/<task>/
    kind     TEXT NOT NULL DEFAULT 'file',
    sha256   TEXT NOT NULL,
    size     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT,
    UNIQUE (task_id, path, version)
) STRICT;

CREATE TABLE reviews (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id       INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    protocol      TEXT NOT NULL,
    status        TEXT NOT NULL DEFAULT 'open'
                  CHECK (status IN ('open', 'approved', 'changes_requested', 'rejected', 'escalated', 'closed')),
    round         INTEGER NOT NULL DEFAULT 1 CHECK (round >= 1),
    max_rounds    INTEGER,
    threshold     REAL CHECK (threshold BETWEEN 0 AND 1),
    rubric        TEXT,
    author        TEXT,
    escalated_to  TEXT,
    reason        TEXT,
    confidence    REAL CHECK (confidence BETWEEN 0 AND 1),
    gates         TEXT,                        -- name of a score to the least that passes
    quorum        INTEGER CHECK (quorum >= 1), -- approvals that an approval needs; NULL is every seat
    in_sequence   INTEGER NOT NULL DEFAULT 0 CHECK (in_sequence IN (0, 1)),
    debate        INTEGER NOT NULL DEFAULT 0 CHECK (debate IN (0, 1)),
    ladder        TEXT NOT NULL DEFAULT '[]',  -- agents that are asked, in order, before the operator
    round_timeout INTEGER NOT NULL DEFAULT 0 CHECK (round_timeout >= 0),  -- seconds; 0 has no limit
    round_until   INTEGER,                     -- the round ends then, whoever has not spoken
    opened_at     INTEGER NOT NULL,
    round_at      INTEGER NOT NULL,
    settled_at    INTEGER,
    updated_at    INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX reviews_live ON reviews (task_id, protocol) WHERE status IN ('open', 'changes_requested', 'escalated');
CREATE INDEX reviews_status ON reviews (status, round_at);
CREATE INDEX reviews_task ON reviews (task_id, id);

CREATE TABLE submissions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    review_id  INTEGER NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    round      INTEGER NOT NULL,
    agent      TEXT NOT NULL,
    session    TEXT,
    summary    TEXT NOT NULL DEFAULT '',
    rebuttal   TEXT,
    answers    TEXT NOT NULL DEFAULT '[]',     -- to single findings of the round before: [{"finding", "text"}]
    at         INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT,
    UNIQUE (review_id, round)
) STRICT;

CREATE TABLE seats (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    review_id    INTEGER NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    round        INTEGER NOT NULL,
    reviewer     TEXT NOT NULL,
    kind         TEXT NOT NULL DEFAULT 'review' CHECK (kind IN ('review', 'escalation')),
    status       TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'working', 'given', 'vacant')),
    fence        INTEGER NOT NULL DEFAULT 0,
    session      TEXT,
    lease_until  INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0,
    retry_at     INTEGER,
    updated_at   INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1,
    stand_in     TEXT CHECK (stand_in IN ('wanted', 'sought')),  -- its reviewer abstained or gave up: is the next one sought yet?
    UNIQUE (review_id, round, reviewer),
    CHECK ((status = 'working') = (session IS NOT NULL))
) STRICT;
CREATE INDEX seats_due ON seats (status, review_id) WHERE status IN ('waiting', 'working');

CREATE TABLE verdicts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    review_id   INTEGER NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    round       INTEGER NOT NULL,
    seat_id     INTEGER REFERENCES seats (id),
    reviewer    TEXT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('approve', 'request_changes', 'reject', 'abstain')),
    confidence  REAL CHECK (confidence BETWEEN 0 AND 1),
    scores      TEXT,
    findings    TEXT NOT NULL DEFAULT '[]',
    comment     TEXT NOT NULL DEFAULT '',
    session     TEXT,
    undone_at   INTEGER,
    at          INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX verdicts_seat ON verdicts (seat_id) WHERE seat_id IS NOT NULL AND undone_at IS NULL;
CREATE INDEX verdicts_review ON verdicts (review_id, round);

CREATE TABLE experiences (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id      INTEGER REFERENCES tasks (id) ON DELETE SET NULL,
    title        TEXT NOT NULL,
    body         TEXT NOT NULL,
    tags         TEXT NOT NULL DEFAULT '[]',
    status       TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'distilled', 'deprecated')),
    source       TEXT NOT NULL DEFAULT 'hand' CHECK (source IN ('hand', 'session')),
    uses         INTEGER NOT NULL DEFAULT 0,
    last_use_at  INTEGER,
    at           INTEGER NOT NULL,
    updated_at   INTEGER,
    created_by   TEXT NOT NULL DEFAULT 'unknown',
    drawn_from   TEXT,                         -- the session, where source is 'session'
    distillation INTEGER REFERENCES distillations (id) ON DELETE SET NULL,  -- the one that took it; none takes it again
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX experiences_drawn ON experiences (drawn_from) WHERE drawn_from IS NOT NULL;
CREATE INDEX experiences_status ON experiences (status, id, task_id);
CREATE INDEX experiences_task ON experiences (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX experiences_idle ON experiences (coalesce(last_use_at, at)) WHERE status = 'active';
CREATE INDEX experiences_countable ON experiences (id) WHERE status = 'active' AND distillation IS NULL;
CREATE INDEX experiences_taken ON experiences (distillation) WHERE distillation IS NOT NULL;

-- Their words, with a space around each CJK character, so that one and two of them are found by phrase. rowid is the id.
CREATE VIRTUAL TABLE experience_words USING fts5 (title, body, tags, tokenize = 'unicode61');

-- Their tags, one a row.
CREATE TABLE experience_tags (
    tag         TEXT NOT NULL,
    experience  INTEGER NOT NULL REFERENCES experiences (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, experience)
) STRICT, WITHOUT ROWID;
CREATE INDEX experience_tags_experience ON experience_tags (experience);

-- Filled by triggers: ids of experiences whose words and tags are not indexed yet (SQL cannot split Chinese text), and of
-- those whose file in experiences/ is behind. `change` counts up, so that who wrote the file of an older one knows it.
CREATE TABLE experiences_unindexed (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE experiences_unwritten (id INTEGER PRIMARY KEY, change INTEGER NOT NULL DEFAULT 1) STRICT;

-- Each time that an experience went along with a prompt; counted once a session.
CREATE TABLE experience_uses (
    session     TEXT NOT NULL,
    experience  INTEGER NOT NULL REFERENCES experiences (id) ON DELETE CASCADE,
    reason      TEXT NOT NULL DEFAULT '',
    at          INTEGER NOT NULL,
    PRIMARY KEY (session, experience)
) STRICT, WITHOUT ROWID;

-- One distillation of the experiences of one tag; while it is open there is no other of that tag.
CREATE TABLE distillations (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    tag      TEXT NOT NULL,
    task_id  INTEGER NOT NULL UNIQUE REFERENCES tasks (id) ON DELETE CASCADE,
    status   TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'dropped')),
    skill    TEXT,                             -- its id and version, once it is done
    at       INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX distillations_open ON distillations (tag) WHERE status = 'open';

CREATE TABLE schedules (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL CHECK (kind IN ('daily', 'interval')),
    at_time     TEXT,                          -- HH:MM local time, for daily
    every       INTEGER,                       -- seconds, for interval
    cron        TEXT,                          -- five fields; such a row is a 'daily' one without at_time
    zone        TEXT,                          -- its time zone; NULL is that of the machine
    skips       TEXT NOT NULL DEFAULT '',      -- days on which it does not come, between blanks
    template    TEXT NOT NULL,
    next_at     INTEGER NOT NULL,
    last_at     INTEGER,
    enabled     INTEGER NOT NULL DEFAULT 1,
    name        TEXT NOT NULL DEFAULT '',
    misfire     TEXT NOT NULL DEFAULT 'once' CHECK (misfire IN ('once', 'skip')),
    overlap     TEXT NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'queue')),
    runs        INTEGER NOT NULL DEFAULT 0,
    missed      INTEGER NOT NULL DEFAULT 0,
    updated_at  INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX schedules_name ON schedules (name) WHERE name <> '';

CREATE TABLE guardrail_decisions (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id  INTEGER REFERENCES tasks (id) ON DELETE CASCADE,
    session  TEXT,
    stage    TEXT NOT NULL CHECK (stage IN ('dispatch', 'submit', 'usage')),
    rule     TEXT NOT NULL,
    effect   TEXT NOT NULL CHECK (effect IN ('allow', 'hold', 'deny', 'require_review')),
    reason   TEXT NOT NULL DEFAULT '',
    at       INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT,
    text_sha TEXT                              -- of a release: the text that the rule holds no longer
) STRICT;
CREATE INDEX guardrail_decisions_task ON guardrail_decisions (task_id, rule);

-- A command that may be repeated carries a key; its answer is kept so that the repetition gives it again.
CREATE TABLE answers (
    key     TEXT PRIMARY KEY,
    answer  TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A message of the inbox that took effect here: in the same transaction, so that it never does so twice.
CREATE TABLE applied_messages (
    msg_key  TEXT PRIMARY KEY,
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is known of the git worktree of a task. It stays when the worktree has gone.
CREATE TABLE worktrees (
    task_id          INTEGER PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
    repository       TEXT NOT NULL,            -- top folder of the checkout that it was made from
    base             TEXT,                     -- the commit that its branch was made from
    target           TEXT,                     -- the branch that was checked out there then
    ready            INTEGER NOT NULL DEFAULT 0 CHECK (ready IN (0, 1)),
    kept             TEXT NOT NULL DEFAULT '[]',  -- why it was not tidied away
    size             INTEGER NOT NULL DEFAULT 0,
    looked_at        INTEGER,
    merged           TEXT,                     -- the commit by which it came into merged_into
    merged_into      TEXT,
    merged_at        INTEGER,
    discarded        TEXT,                     -- the ref that holds what was discarded
    discarded_tip    TEXT,
    discarded_until  INTEGER,
    updated_at INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE asks (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id       INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    session       TEXT,                        -- whose agent asked
    kind          TEXT NOT NULL DEFAULT 'question' CHECK (kind IN ('question', 'approval', 'input')),
    body          TEXT NOT NULL,
    options       TEXT NOT NULL DEFAULT '[]',  -- [{"id", "label", "leave"}]
    about         TEXT NOT NULL DEFAULT '{}',  -- what it would do: tool, command, path, host, diff
    risk          TEXT CHECK (risk IN ('low', 'medium', 'high')),
    source        TEXT NOT NULL DEFAULT 'blackboard',
    source_id     TEXT,                        -- as it is called there
    parked        INTEGER NOT NULL DEFAULT 0 CHECK (parked IN (0, 1)),  -- no session waits for it, its task is held
    status        TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'expired', 'closed')),
    expires_at    INTEGER,
    fallback      TEXT,                        -- the option, or the words, that hold when it expires
    choice        TEXT,                        -- the id of the option that was taken
    answer        TEXT NOT NULL DEFAULT '',
    answered_by   TEXT,
    answered_how  TEXT CHECK (answered_how IN ('person', 'decision', 'rule', 'lead', 'default')),
    answered_at   INTEGER,
    heard_at      INTEGER,                     -- its agent was told
    at            INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1,
    rule          TEXT,                        -- the guardrail that answered it, or that has it asked
    asked_by      TEXT,                        -- who asked, where no session did
    CHECK ((status = 'open') = (answered_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX asks_source ON asks (source, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX asks_open ON asks (status, at) WHERE status = 'open';
CREATE INDEX asks_task ON asks (task_id, id);
CREATE INDEX asks_unheard ON asks (session) WHERE status <> 'open' AND heard_at IS NULL;

-- Rules on what agents do that hold for one task: what the operator answered with `always`.
CREATE TABLE leave (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id  INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    ask      INTEGER NOT NULL,                 -- the ask that was answered so
    name     TEXT NOT NULL,
    match    TEXT NOT NULL,                    -- {"tool": [], "command": [], "path": [], "host": []}
    at       INTEGER NOT NULL,
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT,
    UNIQUE (task_id, name)
) STRICT;

-- The newest comment of its task that a session was told of beside what it had asked for.
CREATE TABLE heard (
    session  TEXT PRIMARY KEY,
    comment  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    origin   TEXT NOT NULL,
    session  TEXT,
    task     INTEGER,
    kind     TEXT NOT NULL,
    entity   TEXT NOT NULL,
    id       TEXT NOT NULL,
    old      TEXT,
    new      TEXT,
    fence    INTEGER
) STRICT;
CREATE INDEX events_task ON events (task, seq) WHERE task IS NOT NULL;
