-- From version 6 to 7: a session keeps the name of any backend, also of one that only a newer moziplus knows. SQLite changes
-- a CHECK only by laying the table anew: nothing references it, and its triggers are laid after this. A moziplus that knows
-- version 2 can use the file.

CREATE TABLE sessions_anew (
    id                 TEXT PRIMARY KEY CHECK (length(id) = 36),
    task_id            INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    seat_id            INTEGER REFERENCES seats (id) ON DELETE CASCADE,
    parent_session     TEXT,
    agent              TEXT NOT NULL,
    backend            TEXT NOT NULL,
    status             TEXT NOT NULL
                       CHECK (status IN ('starting', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'lost')),
    fence              INTEGER NOT NULL,
    attempt            INTEGER NOT NULL DEFAULT 1,
    run_id             TEXT,
    folder             TEXT,
    external_id        TEXT,
    lease_until        INTEGER,
    created_at         INTEGER NOT NULL,
    started_at         INTEGER,
    last_word_at       INTEGER,
    last_line          TEXT,
    ended_at           INTEGER,
    gone_at            INTEGER,
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
INSERT INTO sessions_anew (
    rowid, id, task_id, seat_id, parent_session, agent, backend, status, fence, attempt, run_id, folder, external_id,
    lease_until, created_at, started_at, last_word_at, last_line, ended_at, gone_at, stop_reason, stop_requested_at, nudged_at,
    exit_code, failure, tail, counted, tokens, cost, skills, updated_at, actor, origin, in_session, rev
)
SELECT
    rowid, id, task_id, seat_id, parent_session, agent, backend, status, fence, attempt, run_id, folder, external_id,
    lease_until, created_at, started_at, last_word_at, last_line, ended_at, gone_at, stop_reason, stop_requested_at, nudged_at,
    exit_code, failure, tail, counted, tokens, cost, skills, updated_at, actor, origin, in_session, rev
FROM sessions ORDER BY rowid;
DROP TABLE sessions;
ALTER TABLE sessions_anew RENAME TO sessions;
CREATE UNIQUE INDEX sessions_task_fence ON sessions (task_id, fence) WHERE seat_id IS NULL;
CREATE UNIQUE INDEX sessions_seat_fence ON sessions (seat_id, fence) WHERE seat_id IS NOT NULL;
CREATE INDEX sessions_present ON sessions (task_id) WHERE gone_at IS NULL;
CREATE INDEX sessions_task ON sessions (task_id, created_at);
CREATE INDEX sessions_recent ON sessions (created_at);
