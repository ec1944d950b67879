"""Owns the upkeep of a live database: writing its log back, so that the log does not grow without end."""

from __future__ import annotations

from console.blackboard.connection import BUSY_MS, Database, translated

__all__ = ("checkpoint",)

_WAIT_MS = 200
"""The write lock is held while readers are waited for, so not for long: the next tick tries again."""


def checkpoint(db: Database) -> bool:
    """Write the whole log back and cut it to nothing; False where a reader was in the way."""
    with translated(db.path):
        db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
        try:
            (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return not busy
