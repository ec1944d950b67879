-- The home's own small database, version 2: who is in charge and how it goes, what is asked of it, pauses, and alerts
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

-- Agents whose provider refuses them until a time that it named, or does not know them until somebody signs in again.
-- `defined` is the definition that was tried: another one is tried anew.
CREATE TABLE away (
    agent    TEXT PRIMARY KEY,
    why      TEXT NOT NULL CHECK (why IN ('limited', 'signed_out')),
    until    INTEGER NOT NULL,
    said     TEXT NOT NULL,
    defined  TEXT NOT NULL DEFAULT '',
    since    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The inbox -----------------------------------------------------------------------------------------------------------

-- A file that is tailed: the inbox itself, or what it was before it was renamed. `head` tells whether the file of this
-- number is still the one that was read; `mark` is a random word by which its lines are named.
CREATE TABLE segments (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    mark         TEXT NOT NULL,
    dev          INTEGER NOT NULL,
    ino          INTEGER NOT NULL,
    name         TEXT NOT NULL,               -- relative to the folder of the inbox
    head         TEXT NOT NULL DEFAULT '',
    offset       INTEGER NOT NULL DEFAULT 0 CHECK (offset >= 0),
    skipping     INTEGER NOT NULL DEFAULT 0 CHECK (skipping IN (0, 1)),  -- inside a line that is too long
    state        TEXT NOT NULL CHECK (state IN ('live', 'renamed', 'closed', 'gone')),
    first_seen   INTEGER NOT NULL,
    last_growth  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX segments_file ON segments (dev, ino) WHERE state <> 'gone';

-- A line that was read, committed together with the offset behind it. `new` waits for its project, `bad` for a person.
CREATE TABLE messages (
    id       INTEGER PRIMARY KEY,
    msg_key  TEXT NOT NULL,
    project  TEXT NOT NULL,                   -- empty: the home's own
    kind     TEXT NOT NULL,
    writer   TEXT NOT NULL,
    body     TEXT NOT NULL,                   -- JSON, made safe and free of secrets
    status   TEXT NOT NULL CHECK (status = 'new' OR status = 'done' OR status = 'bad'),  -- IN (…) would cost a third of the insert
    reason   TEXT,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_new ON messages (project, writer, id) WHERE status = 'new';
CREATE INDEX messages_bad ON messages (writer, id) WHERE status = 'bad';

-- As in a project's blackboard, for messages to the home itself.
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
