"""Owns the upkeep of a live database: writing its log back, so that the log does not grow without end."""

from __future__ import annotations

import os
from pathlib import Path

from console.blackboard.connection import BUSY_MS, Database, translated

__all__ = ("checkpoint", "outgrown")

WAL_CAP = 4 * 1024 * 1024
"""Bytes of log from which on it is written back."""

_WAIT_MS = 200
"""The write lock is held while readers are waited for, so not for long: the next tick tries again."""


def outgrown(path: Path) -> bool:
    """Whether the log of the database at `path` has grown beyond its cap; looks at its size only."""
    try:
        return os.stat(f"{path}-wal").st_size > WAL_CAP
    except OSError:
        return False


def checkpoint(db: Database) -> bool:
    """Write the whole log back and cut it to nothing; False where a reader was in the way."""
    with translated(db.path):
        db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
        try:
            (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    db.note_files()
    return not busy
