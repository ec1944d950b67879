-- The home's own small database, version 1: who is in charge and how it goes, what is asked of it, pauses, and alerts
-- that belong to no project. Times are UTC epoch milliseconds.

CREATE TABLE scheduler (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    status      TEXT NOT NULL,   -- one SchedulerStatus, as JSON
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE flags (
    name    TEXT PRIMARY KEY CHECK (name IN ('pause', 'estop')),
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    reason  TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('wake', 'stop_session', 'send', 'drain', 'hand_over')),
    args        TEXT NOT NULL DEFAULT '{}',
    actor       TEXT NOT NULL,
    origin      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    outcome     TEXT,
    outcome_at  INTEGER
) STRICT;
CREATE INDEX requests_open ON requests (at) WHERE outcome_at IS NULL;

CREATE TABLE observations (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    level     TEXT NOT NULL DEFAULT 'routine' CHECK (level IN ('urgent', 'attention', 'routine', 'optional')),
    cause     TEXT,
    body      TEXT NOT NULL,
    task_id   INTEGER,
    session   TEXT,
    at        INTEGER NOT NULL,
    acked_at  INTEGER,
    acked_by  TEXT,
    ended_at  INTEGER,
    actor TEXT NOT NULL DEFAULT 'unknown', origin TEXT, in_session TEXT, rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX observations_cause ON observations (cause) WHERE cause IS NOT NULL AND ended_at IS NULL;
CREATE INDEX observations_open ON observations (level, at) WHERE ended_at IS NULL AND acked_at IS NULL;

-- The last thing that each console showed, for its greeting: what happened meanwhile.
CREATE TABLE seen (
    project  TEXT PRIMARY KEY,
    epoch    TEXT NOT NULL,
    seq      INTEGER NOT NULL,
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
