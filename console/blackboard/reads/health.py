"""Owns the check of a database by SQLite itself, through the connection that is open: what is damaged, what points nowhere.

Reads every page, so it is for `doctor` and for backups, never for a tick.
"""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.blackboard.migrate import level

__all__ = ("MOST", "damage", "schema_version")

MOST = 5
"""Problems that are told; more say nothing new."""


def damage(db: Database) -> tuple[str, ...]:
    """What SQLite finds wrong, at most `MOST` of each kind. Raises DatabaseSetAside where it cannot even look."""
    with translated(db.path):
        found = [str(row[0]) for row in db.execute(f"PRAGMA quick_check({MOST})")]
        lost = db.execute("PRAGMA foreign_key_check").fetchmany(MOST)
    wrong = [line for text in found if text != "ok" for line in text.splitlines()]
    return (*wrong, *(f"a row of {row[0]} points to a row of {row[2]} that is not there" for row in lost))


def schema_version(db: Database) -> int:
    """The number of its schema."""
    with translated(db.path):
        return level(db.original or db)
