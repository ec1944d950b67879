-- From version 1 to 2: agents whose provider refuses them, until when, and whether they must sign in again. Additive.

CREATE TABLE away (
    agent    TEXT PRIMARY KEY,
    why      TEXT NOT NULL CHECK (why IN ('limited', 'signed_out')),
    until    INTEGER NOT NULL,
    said     TEXT NOT NULL,
    defined  TEXT NOT NULL DEFAULT '',
    since    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
