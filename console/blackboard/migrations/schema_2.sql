-- From version 1 to 2: the second half of the blackboard (reviews to the full, budgets, plans, schedules, learning).
-- Additive: nothing that was there changes. The triggers are laid anew by whoever runs this (`migrate`).

ALTER TABLE tasks ADD COLUMN kind TEXT NOT NULL DEFAULT 'work' CHECK (kind IN ('work', 'plan', 'distil', 'report', 'undo'));
ALTER TABLE tasks ADD COLUMN expect TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tasks ADD COLUMN on_failure TEXT NOT NULL DEFAULT 'ask' CHECK (on_failure IN ('ask', 'cancel', 'undo'));
ALTER TABLE tasks ADD COLUMN undo TEXT;
ALTER TABLE tasks ADD COLUMN from_task INTEGER REFERENCES tasks (id) ON DELETE SET NULL;
ALTER TABLE tasks ADD COLUMN schedule INTEGER REFERENCES schedules (id) ON DELETE SET NULL;
ALTER TABLE tasks ADD COLUMN applied_at INTEGER;
-- Two indexes give way to wider ones: a queue is read in any order without the texts of its tasks.
DROP INDEX tasks_ready;
DROP INDEX tasks_deadline;
CREATE INDEX tasks_ready ON tasks (priority, id, created_at, not_before, retry_at, deadline, kind, status, blocked_by)
WHERE status = 'pending' AND blocked_by = 0;
CREATE INDEX tasks_dated ON tasks (status, blocked_by, deadline, priority, id) WHERE deadline IS NOT NULL;
CREATE INDEX tasks_waiting ON tasks (status, blocked_by) WHERE blocked_by > 0;
CREATE INDEX tasks_unapplied ON tasks (kind, id) WHERE kind <> 'work' AND applied_at IS NULL;
CREATE INDEX tasks_schedule ON tasks (schedule, status, id) WHERE schedule IS NOT NULL;

CREATE TABLE usage (
    bucket    INTEGER PRIMARY KEY,
    sessions  INTEGER NOT NULL DEFAULT 0,
    tokens    INTEGER NOT NULL DEFAULT 0,
    cost      REAL NOT NULL DEFAULT 0
) STRICT;
INSERT INTO usage (bucket, sessions, tokens, cost)
SELECT 0, count(*), coalesce(sum(tokens), 0), coalesce(sum(cost), 0) FROM sessions;
INSERT INTO usage (bucket, sessions, tokens, cost)
SELECT created_at / 1800000, count(*), sum(tokens), sum(cost) FROM sessions GROUP BY created_at / 1800000;

ALTER TABLE reviews ADD COLUMN gates TEXT;
ALTER TABLE reviews ADD COLUMN quorum INTEGER CHECK (quorum >= 1);
ALTER TABLE reviews ADD COLUMN in_sequence INTEGER NOT NULL DEFAULT 0 CHECK (in_sequence IN (0, 1));
ALTER TABLE reviews ADD COLUMN debate INTEGER NOT NULL DEFAULT 0 CHECK (debate IN (0, 1));
ALTER TABLE reviews ADD COLUMN ladder TEXT NOT NULL DEFAULT '[]';
ALTER TABLE reviews ADD COLUMN round_timeout INTEGER NOT NULL DEFAULT 0 CHECK (round_timeout >= 0);
ALTER TABLE reviews ADD COLUMN round_until INTEGER;
ALTER TABLE submissions ADD COLUMN answers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE seats ADD COLUMN kind TEXT NOT NULL DEFAULT 'review' CHECK (kind IN ('review', 'escalation'));

ALTER TABLE experiences ADD COLUMN source TEXT NOT NULL DEFAULT 'hand' CHECK (source IN ('hand', 'session'));
ALTER TABLE experiences ADD COLUMN updated_at INTEGER;
ALTER TABLE experiences ADD COLUMN created_by TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE experiences ADD COLUMN drawn_from TEXT;
UPDATE experiences SET created_by = actor;
ALTER TABLE experiences ADD COLUMN distillation INTEGER REFERENCES distillations (id) ON DELETE SET NULL;
CREATE UNIQUE INDEX experiences_drawn ON experiences (drawn_from) WHERE drawn_from IS NOT NULL;
CREATE INDEX experiences_status ON experiences (status, id, task_id);
CREATE INDEX experiences_task ON experiences (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX experiences_idle ON experiences (coalesce(last_use_at, at)) WHERE status = 'active';
CREATE INDEX experiences_countable ON experiences (id) WHERE status = 'active' AND distillation IS NULL;
CREATE INDEX experiences_taken ON experiences (distillation) WHERE distillation IS NOT NULL;
CREATE INDEX decisions_task ON decisions (task_id) WHERE task_id IS NOT NULL;
CREATE VIRTUAL TABLE experience_words USING fts5 (title, body, tags, tokenize = 'unicode61');
CREATE TABLE experience_tags (
    tag         TEXT NOT NULL,
    experience  INTEGER NOT NULL REFERENCES experiences (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, experience)
) STRICT, WITHOUT ROWID;
CREATE INDEX experience_tags_experience ON experience_tags (experience);
-- Who first opens it for writing after this indexes the old ones and writes their files.
CREATE TABLE experiences_unindexed (id INTEGER PRIMARY KEY) STRICT;
INSERT INTO experiences_unindexed (id) SELECT id FROM experiences;
CREATE TABLE experiences_unwritten (id INTEGER PRIMARY KEY, change INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO experiences_unwritten (id) SELECT id FROM experiences;

CREATE TABLE experience_uses (
    session     TEXT NOT NULL,
    experience  INTEGER NOT NULL REFERENCES experiences (id) ON DELETE CASCADE,
    reason      TEXT NOT NULL DEFAULT '',
    at          INTEGER NOT NULL,
    PRIMARY KEY (session, experience)
) STRICT, WITHOUT ROWID;

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

ALTER TABLE schedules ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE schedules ADD COLUMN misfire TEXT NOT NULL DEFAULT 'once' CHECK (misfire IN ('once', 'skip'));
ALTER TABLE schedules ADD COLUMN overlap TEXT NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'queue'));
ALTER TABLE schedules ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE schedules ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX schedules_name ON schedules (name) WHERE name <> '';
ALTER TABLE guardrail_decisions ADD COLUMN text_sha TEXT;
CREATE INDEX guardrail_decisions_task ON guardrail_decisions (task_id, rule);
