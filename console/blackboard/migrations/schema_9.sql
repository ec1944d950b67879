-- From version 8 to 9: which rule answered an ask, who asked it without a session, and rules that hold for one task.

ALTER TABLE asks ADD COLUMN rule TEXT;
ALTER TABLE asks ADD COLUMN asked_by TEXT;
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
