"""Owns the questions about experiences: one, lists, their tags, and those that may help with a task."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.blackboard.words import joined, key_words, named_in, some_of
from console.errors import NotFound
from console.records.experience import Attached, Experience
from console.records.learning import Distillation
from console.records.task import Task, TaskKind

__all__ = (
    "TagCount",
    "distillation_of",
    "experiences_for",
    "get_experience",
    "list_experiences",
    "members_of",
    "tag_counts",
    "uses_of",
)

CANDIDATES = 100
"""Of each kind (by tag, by words) that are looked at closely; more are not better."""
LEAST_WORDS = 2
"""Words that must be in common where no tag is."""
LOOKED_AT = 4000
"""Characters of a task's body that say what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCount:
    """How many active experiences have a tag."""

    tag: str
    active: int
    waiting: int
    """Those that no distillation took: they count towards the next."""


def get_experience(db: Database, number: int) -> Experience:
    """One experience. Raises NotFound."""
    with translated(db.path):
        row = db.execute("SELECT * FROM experiences WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotFound(f"there is no experience {number}; `moziplus experience list` shows them")
    return Experience.from_row(row)


def list_experiences(
    db: Database, *, tag: str | None = None, every: bool = False, limit: int = 200
) -> tuple[Experience, ...]:
    """The newest experiences, newest first; deprecated ones only with `every`."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM experiences WHERE (:every OR status <> 'deprecated') AND (:tag IS NULL OR EXISTS"
            " (SELECT 1 FROM experience_tags t WHERE t.tag = :tag AND t.experience = experiences.id))"
            " ORDER BY id DESC LIMIT :limit",
            {"every": every, "tag": tag, "limit": limit},
        ).fetchall()
    return tuple(Experience.from_row(row) for row in rows)


def tag_counts(db: Database, *, limit: int = 200) -> tuple[TagCount, ...]:
    """The tags of active experiences, those nearest to a distillation first."""
    with translated(db.path):
        rows = db.execute(
            "SELECT t.tag, count(*) AS active, sum(e.distillation IS NULL) AS waiting"
            " FROM experiences e JOIN experience_tags t ON t.experience = e.id WHERE e.status = 'active'"
            " GROUP BY t.tag ORDER BY waiting DESC, active DESC, t.tag LIMIT ?",
            (limit,),
        ).fetchall()
    return tuple(TagCount(tag=row["tag"], active=row["active"], waiting=row["waiting"]) for row in rows)


def distillation_of(db: Database, number: int) -> Distillation | None:
    """The distillation that took the experience, with its task's status; None where none did."""
    with translated(db.path):
        row = db.execute(
            "SELECT d.*, t.status AS task_status FROM experiences e JOIN distillations d ON d.id = e.distillation"
            " JOIN tasks t ON t.id = d.task_id WHERE e.id = ?",
            (number,),
        ).fetchone()
    return None if row is None else Distillation.from_row(row)


def members_of(db: Database, distillation: int) -> tuple[Experience, ...]:
    """The experiences that a distillation took, oldest first."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM experiences WHERE distillation = ? ORDER BY id", (distillation,)).fetchall()
    return tuple(Experience.from_row(row) for row in rows)


def uses_of(db: Database, session: str) -> tuple[tuple[int, str], ...]:
    """(experience, reason) of those that went along with the prompt of a session."""
    with translated(db.path):
        rows = db.execute(
            "SELECT experience, reason FROM experience_uses WHERE session = ? ORDER BY experience", (session,)
        ).fetchall()
    return tuple((row["experience"], row["reason"]) for row in rows)


def experiences_for(db: Database, task: Task, *, limit: int = 5) -> tuple[Attached, ...]:
    """The active experiences that may help with `task`, best first, each with the reason in one line.

    Tags in common count most, then words of the task's title and body, then how recent and how often used. None of the
    task's own, whose briefing tells of it; none for a distillation, whose task holds them. The same answer for the same
    blackboard.
    """
    if task.kind == TaskKind.DISTIL:
        return ()
    words = key_words(f"{task.title}\n{task.body[:LOOKED_AT]}")
    with translated(db.path):
        near = _by_words(db, task, words)
        ids = {*_by_tags(db, task), *near}
        marks = ", ".join("?" for _ in ids)
        rows = db.execute(f"SELECT * FROM experiences WHERE id IN ({marks}) AND status = 'active'", (*ids,)).fetchall()
    ranked = []
    for row in rows:
        found = Experience.from_row(row)
        tags = tuple(tag for tag in task.tags if tag in found.tags)
        common = () if tags else named_in(f"{found.title}\n{found.body}\n{' '.join(found.tags)}", words)
        if tags or len(common) >= LEAST_WORDS:
            recent = max(found.last_use_at or 0, found.at)
            order = (-len(tags), near.get(found.id, 0.0), -recent, -found.uses, -found.id)
            ranked.append((order, Attached(experience=found, reason=_reason(tags, common))))
    return tuple(attached for _, attached in sorted(ranked, key=lambda one: one[0])[:limit])


def _by_tags(db: Database, task: Task) -> list[int]:
    """Those with the most tags in common, newest first."""
    marks = ", ".join("?" for _ in task.tags)
    rows = db.execute(
        "SELECT t.experience FROM experience_tags t CROSS JOIN experiences e INDEXED BY experiences_status"
        f" ON e.status = 'active' AND e.id = t.experience WHERE t.tag IN ({marks}) AND e.task_id IS NOT ?"
        " GROUP BY t.experience ORDER BY count(*) DESC, t.experience DESC"
        " LIMIT ?",
        (*task.tags, task.id, CANDIDATES),
    ).fetchall()
    return [row[0] for row in rows]


def _by_words(db: Database, task: Task, words: tuple[str, ...]) -> dict[int, float]:
    """Those with rare words in common, each with its rank (the lower the better)."""
    query = some_of(words)
    if not query:
        return {}
    rows = db.execute(
        "SELECT w.rowid, bm25(experience_words, 4.0, 1.0, 2.0) AS rank FROM experience_words w CROSS JOIN"
        " experiences e INDEXED BY experiences_status ON e.status = 'active' AND e.id = w.rowid"
        " WHERE experience_words MATCH ? AND e.task_id IS NOT ? ORDER BY rank, w.rowid DESC LIMIT ?",
        (query, task.id, CANDIDATES),
    ).fetchall()
    return {row[0]: row["rank"] for row in rows}


def _reason(tags: tuple[str, ...], words: tuple[str, ...]) -> str:
    if tags:
        return f"same tags: {', '.join(tags)}"
    return f"same words: {', '.join(joined(words)[:5])}"
