"""Owns what is mended after the clock was set back: what waits for a moment that now lies far ahead is tried at once.

Dates that a person named stay as they are.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.stamps import STAMP, stamped
from console.records.actor import SCHEDULER

__all__ = ("try_now",)


AHEAD = 60_000
"""Milliseconds by which clocks may differ."""


def try_now(db: Database, *, beyond: int, now: int) -> int:
    """Let every task and seat be tried at `now` whose back-off ends after `beyond` (epoch ms); how many those were.

    A task that waits and says that it was made after that was made now: else all that come later would be served before it.
    So was an ask, which else would wait for years before its default holds.
    """
    found = 0
    made = "status IN ('pending', 'held') AND created_at > ?"
    if db.execute(f"SELECT 1 FROM tasks WHERE {made} LIMIT 1", (beyond + AHEAD,)).fetchone() is not None:
        with write(db):
            db.execute(
                "UPDATE tasks SET created_at = :now," + STAMP + " WHERE " + made.replace("?", ":beyond"),
                stamped(SCHEDULER, now, beyond=beyond + AHEAD),
            )
    asked = "status = 'open' AND at > :beyond"
    if db.execute(f"SELECT 1 FROM asks WHERE {asked} LIMIT 1", {"beyond": beyond + AHEAD}).fetchone() is not None:
        with write(db):
            db.execute(
                f"UPDATE asks SET expires_at = :now + expires_at - at, at = :now, {STAMP} WHERE {asked}",
                stamped(SCHEDULER, now, beyond=beyond + AHEAD),
            )
    for table in ("tasks", "seats"):
        if db.execute(f"SELECT 1 FROM {table} WHERE retry_at > ? LIMIT 1", (beyond,)).fetchone() is None:
            continue
        with write(db):
            done = db.execute(
                f"UPDATE {table} SET retry_at = :now, {STAMP} WHERE retry_at > :beyond",
                stamped(SCHEDULER, now, beyond=beyond),
            )
        found += done.rowcount
    return found
