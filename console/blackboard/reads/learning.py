"""Owns what the scheduler asks about experiences: what is behind, which tags are full, which distillations have ended.

Part of the one large question of each look, so it costs nearly nothing: tags are counted anew only after an event that
can have changed them.
"""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.errors import NotFound
from console.records.experience import Experience
from console.records.learning import Distillation, Learning

__all__ = ("Behind", "distillation_of_task", "learning", "unwritten")

FULLEST = 20
Behind = tuple[tuple[int, int, Experience | None], ...]
"""(number, change, the experience) of each whose file is behind; None where it is gone."""


def learning(db: Database, known: Learning | None = None) -> Learning:
    """What there is now; `known` is what was read before, from the same blackboard or another."""
    epoch, newest = db.execute(
        "SELECT epoch, (SELECT coalesce(max(seq), 0) FROM events) FROM project WHERE id = 1"
    ).fetchone()
    behind = _any(db, "experiences_unindexed") or _any(db, "experiences_unwritten")
    same = known is not None and not behind and not known.behind and known.seen[0] == epoch
    tags = _tags(db) if known is None or not same or _moved(db, known.seen[1]) else known.tags
    (idle,) = db.execute(
        "SELECT min(coalesce(last_use_at, at)) FROM experiences INDEXED BY experiences_idle WHERE status = 'active'"
    ).fetchone()
    return Learning(behind=behind, tags=tags, distillations=_unapplied(db), idle_since=idle, seen=(epoch, newest))


def distillation_of_task(db: Database, task_id: int) -> Distillation:
    """The distillation that a task works on. Raises NotFound."""
    with translated(db.path):
        row = db.execute(
            "SELECT d.*, t.status AS task_status FROM distillations d JOIN tasks t ON t.id = d.task_id WHERE t.id = ?",
            (task_id,),
        ).fetchone()
    if row is None:
        raise NotFound(f"task #{task_id} distils no experiences")
    return Distillation.from_row(row)


def unwritten(db: Database, *, limit: int = 50) -> Behind:
    """Some of those whose file is behind."""
    with translated(db.path):
        rows = db.execute(
            "SELECT u.id AS number, u.change, e.* FROM experiences_unwritten u LEFT JOIN experiences e ON e.id = u.id"
            " ORDER BY u.id LIMIT ?",
            (limit,),
        ).fetchall()
    return tuple(
        (row["number"], row["change"], None if row["title"] is None else Experience.from_row(row)) for row in rows
    )


def _moved(db: Database, since: int) -> bool:
    row = db.execute(
        "SELECT 1 FROM events WHERE seq > ? AND entity IN ('experience', 'distillation') LIMIT 1", (since,)
    ).fetchone()
    return row is not None


def _tags(db: Database) -> tuple[tuple[str, int], ...]:
    rows = db.execute(
        "SELECT t.tag, count(*) AS n FROM experiences e INDEXED BY experiences_countable"
        " CROSS JOIN experience_tags t ON t.experience = e.id"
        " WHERE e.status = 'active' AND e.distillation IS NULL GROUP BY t.tag ORDER BY n DESC, t.tag LIMIT ?",
        (FULLEST,),
    ).fetchall()
    return tuple((row["tag"], row["n"]) for row in rows)


def _unapplied(db: Database) -> tuple[Distillation, ...]:
    rows = db.execute(
        "SELECT d.*, t.status AS task_status FROM tasks t INDEXED BY tasks_unapplied JOIN distillations d ON d.task_id = t.id"
        " WHERE t.kind <> 'work' AND t.applied_at IS NULL AND t.kind = 'distil' ORDER BY d.id"
    ).fetchall()
    return tuple(Distillation.from_row(row) for row in rows)


def _any(db: Database, table: str) -> bool:
    return db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
