"""Owns the search for experiences by words, Chinese of one and two characters too. Any text may be asked for; none raises."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.blackboard.words import all_of, key_words, snippet, some_of
from console.records.experience import Experience

__all__ = ("Hit", "search_experiences", "unindexed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An experience that a search found."""

    experience: Experience
    snippet: str
    """The place in its body, in one line."""
    whole: bool
    """It has every word that was asked for; else some of them."""


def search_experiences(
    db: Database, text: str, *, tag: str | None = None, every: bool = False, limit: int = 20
) -> tuple[Hit, ...]:
    """The experiences that have every word of `text`, best first (title before tags before body).

    Where none has, those that have some. Deprecated ones only with `every`.
    """
    rows = _found(db, all_of(text), tag, every, limit)
    whole = bool(rows)
    if not whole:
        rows = _found(db, some_of(key_words(text)), tag, every, limit)
    return tuple(Hit(experience=found, snippet=snippet(found.body, text), whole=whole) for found in rows)


def unindexed(db: Database) -> bool:
    """Whether a search would miss something that changed since the index was made: `index_changed` catches up."""
    with translated(db.path):
        return db.execute("SELECT 1 FROM experiences_unindexed LIMIT 1").fetchone() is not None


def _found(db: Database, query: str, tag: str | None, every: bool, limit: int) -> tuple[Experience, ...]:
    if not query:
        return ()
    with translated(db.path):
        rows = db.execute(
            "SELECT e.* FROM experience_words w JOIN experiences e ON e.id = w.rowid WHERE experience_words MATCH :query"
            " AND (:every OR e.status <> 'deprecated') AND (:tag IS NULL OR EXISTS"
            " (SELECT 1 FROM experience_tags t WHERE t.tag = :tag AND t.experience = e.id))"
            " ORDER BY bm25(experience_words, 10.0, 1.0, 5.0), e.id DESC LIMIT :limit",
            {"query": query, "every": every, "tag": tag, "limit": limit},
        ).fetchall()
    return tuple(Experience.from_row(row) for row in rows)
