"""Owns the question how far the change feed has come for one task: the same place again means that nothing of it changed."""

from __future__ import annotations

from console.blackboard.changes import head
from console.blackboard.connection import Database, translated

__all__ = ("Stamp", "told_of")

Stamp = tuple[str, int]
"""Compared, never looked into."""


def told_of(db: Database, task_id: int) -> Stamp:
    """Of the task and of its children, which a review of it waits for."""
    with translated(db.path):
        (newest,) = db.execute(
            "SELECT coalesce(max((SELECT max(seq) FROM events WHERE events.task = tasks.id)), 0)"
            " FROM tasks WHERE id = :task OR parent = :task",
            {"task": task_id},
        ).fetchone()
    return head(db).epoch, newest
