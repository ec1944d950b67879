-- From version 3 to 4: what is known of a task's git worktree, in a table of its own. An older moziplus does not see it.

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
