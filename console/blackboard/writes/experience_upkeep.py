"""Owns what follows from a change of experiences: their words and tags in the index, and the note that a file is behind.

Triggers note what is behind, whoever wrote it; here it is caught up with. Everything may be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.blackboard.connection import Database, write
from console.blackboard.words import spaced
from console.records.experience import Experience

__all__ = ("index_changed", "mark_all_unwritten", "mark_written")

INDEXED = 20_000
"""Characters of a body that are indexed."""
TAGS = 50
"""Tags of one experience that count."""


def index_changed(db: Database, *, limit: int = 500) -> int:
    """Bring the index in step for at most `limit` experiences; how many it were. Inside a command, part of its transaction."""
    if db.execute("SELECT 1 FROM experiences_unindexed LIMIT 1").fetchone() is None:
        return 0
    with write(db):
        ids = [row[0] for row in db.execute("SELECT id FROM experiences_unindexed ORDER BY id LIMIT ?", (limit,))]
        for number in ids:
            _index(db, number)
    return len(ids)


def mark_written(db: Database, changes: Iterable[tuple[int, int]]) -> None:
    """The files of these (experience, change) are in step; one that changed meanwhile stays noted."""
    with write(db):
        db.executemany("DELETE FROM experiences_unwritten WHERE id = ? AND change = ?", list(changes))


def mark_all_unwritten(db: Database) -> None:
    """Have every experience's file written anew."""
    with write(db):
        db.execute(
            "INSERT INTO experiences_unwritten (id) SELECT id FROM experiences WHERE true"
            " ON CONFLICT (id) DO UPDATE SET change = change + 1"
        )


def _index(db: Database, number: int) -> None:
    db.execute("DELETE FROM experience_words WHERE rowid = ?", (number,))
    db.execute("DELETE FROM experience_tags WHERE experience = ?", (number,))
    db.execute("DELETE FROM experiences_unindexed WHERE id = ?", (number,))
    row = db.execute("SELECT * FROM experiences WHERE id = ?", (number,)).fetchone()
    if row is None:
        return
    tags = Experience.from_row(row).tags[:TAGS]
    db.execute(
        "INSERT INTO experience_words (rowid, title, body, tags) VALUES (?, ?, ?, ?)",
        (number, spaced(row["title"]), spaced(row["body"][:INDEXED]), spaced(" ".join(tags))),
    )
    db.executemany("INSERT INTO experience_tags (tag, experience) VALUES (?, ?)", [(tag, number) for tag in tags])
