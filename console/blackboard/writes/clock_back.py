"""Owns what is mended after the clock was set back: what waits for a moment that now lies far ahead is tried at once.

Dates that a person named stay as they are.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.stamps import STAMP, stamped
from console.records.actor import SCHEDULER

__all__ = ("try_now",)


def try_now(db: Database, *, beyond: int, now: int) -> int:
    """Let every task and seat be tried at `now` whose back-off ends after `beyond` (epoch ms); how many those were."""
    found = 0
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
