-- The blackboard of one project, version 1. Times are UTC epoch milliseconds. Lists and maps are JSON text.
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
    created_at   INTEGER NOT NULL,
    created_by   TEXT NOT NULL DEFAULT 'unknown',
    updated_at   INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1,
    CHECK ((status = 'working') = (session IS NOT NULL)),
    CHECK ((status = 'held') = (held_from IS NOT NULL))
) STRICT;
CREATE INDEX tasks_ready ON tasks (priority, id) WHERE status = 'pending' AND blocked_by = 0;
CREATE INDEX tasks_deadline ON tasks (deadline, id) WHERE status = 'pending' AND blocked_by = 0 AND deadline IS NOT NULL;
CREATE INDEX tasks_status ON tasks (status, priority, id);
CREATE INDEX tasks_parent ON tasks (parent) WHERE parent IS NOT NULL;

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
    backend            TEXT NOT NULL CHECK (backend IN ('command', 'demo', 'gateway', 'external')),
    status             TEXT NOT NULL
                       CHECK (status IN ('starting', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'lost')),
    fence              INTEGER NOT NULL,
    attempt            INTEGER NOT NULL DEFAULT 1,
    run_id             TEXT,
    folder             TEXT,
    external_id        TEXT,                   -- a subagent's run id at the gateway
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
    at         INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT,
    UNIQUE (review_id, round)
) STRICT;

CREATE TABLE seats (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    review_id    INTEGER NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    round        INTEGER NOT NULL,
    reviewer     TEXT NOT NULL,
    status       TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'working', 'given', 'vacant')),
    fence        INTEGER NOT NULL DEFAULT 0,
    session      TEXT,
    lease_until  INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0,
    retry_at     INTEGER,
    updated_at   INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1,
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
    uses         INTEGER NOT NULL DEFAULT 0,
    last_use_at  INTEGER,
    at           INTEGER NOT NULL,
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE schedules (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL CHECK (kind IN ('daily', 'interval')),
    at_time     TEXT,                          -- HH:MM local time, for daily
    every       INTEGER,                       -- seconds, for interval
    template    TEXT NOT NULL,
    next_at     INTEGER NOT NULL,
    last_at     INTEGER,
    enabled     INTEGER NOT NULL DEFAULT 1,
    updated_at  INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE guardrail_decisions (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id  INTEGER REFERENCES tasks (id) ON DELETE CASCADE,
    session  TEXT,
    stage    TEXT NOT NULL CHECK (stage IN ('dispatch', 'submit', 'usage')),
    rule     TEXT NOT NULL,
    effect   TEXT NOT NULL CHECK (effect IN ('allow', 'hold', 'deny', 'require_review')),
    reason   TEXT NOT NULL DEFAULT '',
    at       INTEGER NOT NULL,
    actor TEXT, origin TEXT, in_session TEXT
) STRICT;

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
-- What the blackboard keeps by itself: the tally of statuses, the number of open dependencies of each task, the change feed,
-- and the rules that no command may bend. In an update, a `rev` that did not move means that a bare shell wrote the row.

-- Rules ---------------------------------------------------------------------------------------------------------------

CREATE TRIGGER tasks_never_replaced BEFORE INSERT ON tasks
WHEN EXISTS (SELECT 1 FROM tasks WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'rows of tasks are never replaced'); END;

CREATE TRIGGER tasks_keep_id BEFORE UPDATE OF id ON tasks
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'the id of a task never changes'); END;

CREATE TRIGGER dependencies_never_updated BEFORE UPDATE ON dependencies
BEGIN SELECT RAISE(ABORT, 'dependencies are added and removed, never updated'); END;

CREATE TRIGGER dependencies_never_replaced BEFORE INSERT ON dependencies
WHEN EXISTS (SELECT 1 FROM dependencies WHERE task = NEW.task AND needs = NEW.needs)
BEGIN SELECT RAISE(ABORT, 'this dependency exists already'); END;

CREATE TRIGGER events_never_updated BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the change feed is append-only'); END;

-- The fence and the blocked count start where the rules say, whatever an insert asks for.
CREATE TRIGGER tasks_start_unblocked AFTER INSERT ON tasks
WHEN NEW.blocked_by <> 0
BEGIN UPDATE tasks SET blocked_by = 0 WHERE id = NEW.id; END;

CREATE TRIGGER tasks_fence_grows BEFORE UPDATE OF fence ON tasks
WHEN NEW.fence < OLD.fence
BEGIN SELECT RAISE(ABORT, 'a fence never goes back'); END;

CREATE TRIGGER seats_fence_grows BEFORE UPDATE OF fence ON seats
WHEN NEW.fence < OLD.fence
BEGIN SELECT RAISE(ABORT, 'a fence never goes back'); END;

-- Tally ---------------------------------------------------------------------------------------------------------------

CREATE TRIGGER tasks_counted AFTER INSERT ON tasks
BEGIN UPDATE counts SET n = n + 1 WHERE status = NEW.status; END;

CREATE TRIGGER tasks_recounted AFTER UPDATE OF status ON tasks
WHEN NEW.status <> OLD.status
BEGIN
    UPDATE counts SET n = n - 1 WHERE status = OLD.status;
    UPDATE counts SET n = n + 1 WHERE status = NEW.status;
END;

CREATE TRIGGER tasks_uncounted AFTER DELETE ON tasks
BEGIN UPDATE counts SET n = n - 1 WHERE status = OLD.status; END;

-- Blocked -------------------------------------------------------------------------------------------------------------

CREATE TRIGGER dependencies_block AFTER INSERT ON dependencies
WHEN (SELECT status FROM tasks WHERE id = NEW.needs) <> 'done'
BEGIN UPDATE tasks SET blocked_by = blocked_by + 1 WHERE id = NEW.task; END;

CREATE TRIGGER dependencies_unblock AFTER DELETE ON dependencies
WHEN (SELECT status FROM tasks WHERE id = OLD.needs) <> 'done'
BEGIN UPDATE tasks SET blocked_by = blocked_by - 1 WHERE id = OLD.task; END;

-- A plain cascade would delete the edges when the status of the task is no longer visible, and count wrongly.
CREATE TRIGGER tasks_take_edges BEFORE DELETE ON tasks
BEGIN DELETE FROM dependencies WHERE task = OLD.id OR needs = OLD.id; END;

CREATE TRIGGER tasks_done_unblocks AFTER UPDATE OF status ON tasks
WHEN NEW.status = 'done' AND OLD.status <> 'done'
BEGIN UPDATE tasks SET blocked_by = blocked_by - 1 WHERE id IN (SELECT task FROM dependencies WHERE needs = NEW.id); END;

CREATE TRIGGER tasks_undone_blocks AFTER UPDATE OF status ON tasks
WHEN NEW.status <> 'done' AND OLD.status = 'done'
BEGIN UPDATE tasks SET blocked_by = blocked_by + 1 WHERE id IN (SELECT task FROM dependencies WHERE needs = NEW.id); END;

-- Change feed ---------------------------------------------------------------------------------------------------------

CREATE TRIGGER tasks_told_created AFTER INSERT ON tasks
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.created_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.id, 'created', 'task', NEW.id, NULL, NEW.status, NEW.fence);
END;

CREATE TRIGGER tasks_told_status AFTER UPDATE OF status ON tasks
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.id, 'status', 'task', NEW.id, OLD.status, NEW.status, NEW.fence);
END;

CREATE TRIGGER tasks_told_edited
AFTER UPDATE OF title, body, priority, assignee, role, needs, tags, reviews, parent, deadline, not_before ON tasks
WHEN NEW.title IS NOT OLD.title
    OR NEW.body IS NOT OLD.body
    OR NEW.priority IS NOT OLD.priority
    OR NEW.assignee IS NOT OLD.assignee
    OR NEW.role IS NOT OLD.role
    OR NEW.needs IS NOT OLD.needs
    OR NEW.tags IS NOT OLD.tags
    OR NEW.reviews IS NOT OLD.reviews
    OR NEW.parent IS NOT OLD.parent
    OR NEW.deadline IS NOT OLD.deadline
    OR NEW.not_before IS NOT OLD.not_before
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.id, 'edited', 'task', NEW.id, NULL,
            trim(iif(NEW.title IS NOT OLD.title, 'title ', '')
                 || iif(NEW.body IS NOT OLD.body, 'body ', '')
                 || iif(NEW.priority IS NOT OLD.priority, 'priority ', '')
                 || iif(NEW.assignee IS NOT OLD.assignee, 'assignee ', '')
                 || iif(NEW.role IS NOT OLD.role, 'role ', '')
                 || iif(NEW.needs IS NOT OLD.needs, 'needs ', '')
                 || iif(NEW.tags IS NOT OLD.tags, 'tags ', '')
                 || iif(NEW.reviews IS NOT OLD.reviews, 'reviews ', '')
                 || iif(NEW.parent IS NOT OLD.parent, 'parent ', '')
                 || iif(NEW.deadline IS NOT OLD.deadline, 'deadline ', '')
                 || iif(NEW.not_before IS NOT OLD.not_before, 'not_before ', '')), NULL);
END;

CREATE TRIGGER tasks_told_fence AFTER UPDATE OF fence ON tasks
WHEN NEW.fence <> OLD.fence AND NEW.status = OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.id, 'fence', 'task', NEW.id, OLD.fence, NEW.fence, NEW.fence);
END;

-- Written by the trigger that follows the dependency, so the actor is whoever changed that one; told here without a name.
CREATE TRIGGER tasks_told_blocked AFTER UPDATE OF blocked_by ON tasks
WHEN (NEW.blocked_by > 0) <> (OLD.blocked_by > 0)
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'blackboard', 'scheduler', NULL,
            NEW.id, iif(NEW.blocked_by > 0, 'blocked', 'unblocked'), 'task', NEW.id, OLD.blocked_by, NEW.blocked_by, NULL);
END;

CREATE TRIGGER tasks_told_deleted AFTER DELETE ON tasks
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'unknown', 'unknown', NULL,
            OLD.id, 'deleted', 'task', OLD.id, OLD.title, NULL, NULL);
END;

CREATE TRIGGER dependencies_told_created AFTER INSERT ON dependencies
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task, 'created', 'dependency', NEW.task || '<' || NEW.needs, NULL, NEW.needs, NULL);
END;

CREATE TRIGGER dependencies_told_deleted AFTER DELETE ON dependencies
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'unknown', 'unknown', NULL,
            OLD.task, 'deleted', 'dependency', OLD.task || '<' || OLD.needs, OLD.needs, NULL, NULL);
END;

CREATE TRIGGER sessions_told_created AFTER INSERT ON sessions
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.created_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'session', NEW.id, NULL, NEW.status, NEW.fence);
END;

CREATE TRIGGER sessions_told_gone AFTER UPDATE OF gone_at ON sessions
WHEN NEW.gone_at IS NOT NULL AND OLD.gone_at IS NULL
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'gone', 'session', NEW.id, NULL, NEW.status, NEW.fence);
END;

CREATE TRIGGER sessions_told_status AFTER UPDATE OF status ON sessions
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'status', 'session', NEW.id, OLD.status, NEW.status, NEW.fence);
END;

CREATE TRIGGER sessions_told_stop AFTER UPDATE OF stop_reason ON sessions
WHEN NEW.stop_reason IS NOT OLD.stop_reason
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'stop', 'session', NEW.id, OLD.stop_reason, NEW.stop_reason, NEW.fence);
END;

CREATE TRIGGER sessions_told_word AFTER UPDATE OF last_line ON sessions
WHEN NEW.last_line IS NOT OLD.last_line
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'word', 'session', NEW.id, NULL, NEW.last_line, NEW.fence);
END;

CREATE TRIGGER sessions_told_usage AFTER UPDATE OF tokens, cost ON sessions
WHEN NEW.tokens <> OLD.tokens OR NEW.cost <> OLD.cost
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'usage', 'session', NEW.id, OLD.tokens || ' ' || OLD.cost, NEW.tokens || ' ' || NEW.cost, NEW.fence);
END;

CREATE TRIGGER comments_told_created AFTER INSERT ON comments
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'comment', NEW.id, NULL, NEW.comment_type, NULL);
END;

CREATE TRIGGER decisions_told_created AFTER INSERT ON decisions
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'decision', NEW.id, NULL, NEW.title, NULL);
END;

CREATE TRIGGER observations_told_created AFTER INSERT ON observations
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'observation', NEW.id, NULL, NEW.level, NULL);
END;

CREATE TRIGGER observations_told_acked AFTER UPDATE OF acked_at ON observations
WHEN NEW.acked_at IS NOT OLD.acked_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.acked_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'acked', 'observation', NEW.id, NULL, NEW.acked_by, NULL);
END;

CREATE TRIGGER observations_told_ended AFTER UPDATE OF ended_at ON observations
WHEN NEW.ended_at IS NOT OLD.ended_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.ended_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'ended', 'observation', NEW.id, NULL, NEW.cause, NULL);
END;

CREATE TRIGGER outputs_told_created AFTER INSERT ON outputs
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'output', NEW.id, NULL, NEW.path, NULL);
END;

CREATE TRIGGER reviews_told_created AFTER INSERT ON reviews
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.opened_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'review', NEW.id, NULL, NEW.status, NULL);
END;

CREATE TRIGGER reviews_told_status AFTER UPDATE OF status ON reviews
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'status', 'review', NEW.id, OLD.status, NEW.status, NULL);
END;

CREATE TRIGGER reviews_told_round AFTER UPDATE OF round ON reviews
WHEN NEW.round <> OLD.round
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'round', 'review', NEW.id, OLD.round, NEW.round, NULL);
END;

CREATE TRIGGER submissions_told_created AFTER INSERT ON submissions
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'created', 'submission', NEW.id, NULL, NEW.round, NULL);
END;

CREATE TRIGGER seats_told_created AFTER INSERT ON seats
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.updated_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'created', 'seat', NEW.id, NULL, NEW.reviewer, NEW.fence);
END;

CREATE TRIGGER seats_told_status AFTER UPDATE OF status ON seats
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'status', 'seat', NEW.id, OLD.status, NEW.status, NEW.fence);
END;

CREATE TRIGGER verdicts_told_created AFTER INSERT ON verdicts
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'created', 'verdict', NEW.id, NULL, NEW.verdict, NULL);
END;

CREATE TRIGGER verdicts_told_undone AFTER UPDATE OF undone_at ON verdicts
WHEN NEW.undone_at IS NOT OLD.undone_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (coalesce(NEW.undone_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            (SELECT task_id FROM reviews WHERE id = NEW.review_id), 'undone', 'verdict', NEW.id, NEW.verdict, NULL, NULL);
END;

CREATE TRIGGER experiences_told_created AFTER INSERT ON experiences
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'experience', NEW.id, NULL, NEW.title, NULL);
END;

CREATE TRIGGER experiences_told_status AFTER UPDATE OF status ON experiences
WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NEW.task_id, 'status', 'experience', NEW.id, OLD.status, NEW.status, NULL);
END;

CREATE TRIGGER schedules_told_created AFTER INSERT ON schedules
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.updated_at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NULL, 'created', 'schedule', NEW.id, NULL, NEW.kind, NULL);
END;

CREATE TRIGGER schedules_told_changed AFTER UPDATE OF enabled, next_at, template ON schedules
WHEN NEW.enabled IS NOT OLD.enabled OR NEW.next_at IS NOT OLD.next_at OR NEW.template IS NOT OLD.template
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'changed', 'schedule', NEW.id, OLD.next_at, NEW.next_at, NULL);
END;

CREATE TRIGGER schedules_told_deleted AFTER DELETE ON schedules
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'unknown', 'unknown', NULL,
            NULL, 'deleted', 'schedule', OLD.id, NULL, NULL, NULL);
END;

CREATE TRIGGER guardrail_decisions_told_created AFTER INSERT ON guardrail_decisions
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (NEW.at, coalesce(NEW.actor, 'unknown'), coalesce(NEW.origin, 'unknown'), NEW.in_session,
            NEW.task_id, 'created', 'guardrail', NEW.id, NULL, NEW.effect, NULL);
END;

CREATE TRIGGER project_told_paused AFTER UPDATE OF paused_at ON project
WHEN NEW.paused_at IS NOT OLD.paused_at
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'paused', 'project', NEW.id, OLD.paused_at, NEW.paused_at, NULL);
END;

CREATE TRIGGER project_told_archived AFTER UPDATE OF archived ON project
WHEN NEW.archived <> OLD.archived
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'archived', 'project', NEW.id, OLD.archived, NEW.archived, NULL);
END;

CREATE TRIGGER project_told_epoch AFTER UPDATE OF epoch ON project
WHEN NEW.epoch <> OLD.epoch
BEGIN
    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)
    VALUES (iif(NEW.rev <> OLD.rev, NEW.updated_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.actor, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, coalesce(NEW.origin, 'unknown'), 'unknown'),
            iif(NEW.rev <> OLD.rev, NEW.in_session, NULL),
            NULL, 'restored', 'project', NEW.id, OLD.epoch, NEW.epoch, NULL);
END;
