"""Owns how a database is written: one transaction that takes the write lock at its begin, patiently and fairly.

It opens nothing, and knows no table.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from console.blackboard.translate import translated

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("BUSY_MS", "write")

BUSY_MS = 10_000
PATIENCE = "MOZIPLUS_LOCK_PATIENCE"
"""Environment: seconds that a write keeps trying for the write lock, with a random pause, before it gives up; 10."""


@contextmanager
def write(db: Database, *, durable: bool = False) -> Iterator[None]:
    """One BEGIN IMMEDIATE transaction; `durable` makes its commit survive a power cut (FULL, fullfsync on macOS).

    Rolls back on any exception. Joins the transaction that is open already, which then decides the durability.
    Raises Unavailable where the database is locked, read-only or the disk full, DatabaseSetAside where it is corrupt.
    """
    joined = db.in_transaction
    if joined:
        yield
        return
    with translated(db.path):
        _set_durability(db, durable)
        _begin(db)
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def _set_durability(db: Database, durable: bool) -> None:
    if db.durable is not durable:
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        db.durable = durable


def _patience() -> float:
    try:
        return float(os.environ.get(PATIENCE, ""))
    except ValueError:
        return BUSY_MS / 1000


def _begin(db: Database) -> None:
    """Take the write lock: try at once and again after a random pause, which shares it more evenly than SQLite's own wait."""
    until = time.monotonic() + _patience()
    db.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                busy = (getattr(error, "sqlite_errorname", "") or "").startswith("SQLITE_BUSY")
                if not busy or time.monotonic() > until:
                    raise
            time.sleep(0.0002 + os.urandom(1)[0] / 255 * 0.0018)
    finally:
        db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
