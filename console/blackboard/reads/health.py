"""Owns the check of a database by SQLite itself, through the connection that is open: what is damaged, what points nowhere.

Reads every page, so it is for `doctor` and for backups, never for a tick.
"""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.blackboard.migrate import level

__all__ = ("MOST", "damage", "schema_version", "try_to_write")

WAIT_MS = 2000
MOST = 5
"""Problems that are told; more say nothing new."""


def damage(db: Database) -> tuple[str, ...]:
    """What SQLite finds wrong, at most `MOST` of each kind. Raises DatabaseSetAside where it cannot even look."""
    with translated(db.path):
        found = [str(row[0]) for row in db.execute(f"PRAGMA quick_check({MOST})")]
        lost = db.execute("PRAGMA foreign_key_check").fetchmany(MOST)
    wrong = [line for text in found if text != "ok" for line in text.splitlines()]
    return (*wrong, *(f"a row of {row[0]} points to a row of {row[2]} that is not there" for row in lost))


def try_to_write(db: Database) -> None:
    """Take the write lock, write, and take it back: nothing is changed. Raises as `write` does, soon where it is locked."""
    with translated(db.path):
        db.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute("CREATE TABLE moziplus_doctor (tried INTEGER) STRICT")
        finally:
            db.execute("ROLLBACK")


def schema_version(db: Database) -> int:
    """The number of its schema."""
    with translated(db.path):
        return level(db.original or db)
