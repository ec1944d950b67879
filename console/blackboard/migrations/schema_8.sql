-- From version 7 to 8: what agents ask, and what they were told. Only tables are added; an older moziplus does not see them.

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
    CHECK ((status = 'open') = (answered_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX asks_source ON asks (source, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX asks_open ON asks (status, at) WHERE status = 'open';
CREATE INDEX asks_task ON asks (task_id, id);
CREATE INDEX asks_unheard ON asks (session) WHERE status <> 'open' AND heard_at IS NULL;

-- The newest comment of its task that a session was told of beside what it had asked for.
CREATE TABLE heard (
    session  TEXT PRIMARY KEY,
    comment  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
