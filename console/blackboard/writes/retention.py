"""Owns the forgetting of what is old in a database: the beginning of its change feed.

The newest event always stays: by it a reader that fell behind sees that something is missing, and reads all anew.
"""

from __future__ import annotations

from console.blackboard.connection import Database, translated, write

__all__ = ("forget_events", "old_events")

BATCH = 5000
"""Rows of one transaction, so that nobody waits long for the write lock."""


def old_events(db: Database, before: int) -> int:
    """How many events `forget_events` would delete."""
    with translated(db.path):
        (count,) = db.execute("SELECT count(*) FROM events WHERE seq < ?", (_first_kept(db, before),)).fetchone()
    return int(count)


def forget_events(db: Database, before: int) -> int:
    """Delete the events at the beginning of the feed that happened before `before` (epoch ms); returns how many."""
    first, deleted = _first_kept(db, before), 0
    while True:
        with write(db):
            done = db.execute(
                "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq < ? ORDER BY seq LIMIT ?)",
                (first, BATCH),
            )
        deleted += done.rowcount
        if done.rowcount < BATCH:
            return deleted


def _first_kept(db: Database, before: int) -> int:
    """The number of the first event that is young enough, at most of the newest one."""
    with translated(db.path):
        (first,) = db.execute(
            "SELECT coalesce((SELECT seq FROM events WHERE at >= ? ORDER BY seq LIMIT 1),"
            " (SELECT max(seq) FROM events), 0)",
            (before,),
        ).fetchone()
    return int(first)
