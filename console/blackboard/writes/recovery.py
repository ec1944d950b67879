"""Owns what is taken back of the consequences of a failure when the task that failed gets another chance.

What was cancelled because of it goes on; the task that was to undo it is cancelled, unless it is at work already.
"""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.writes.reviews import close_reviews
from console.blackboard.writes.stamps import change, move
from console.errors import Conflict
from console.records.actor import Actor
from console.records.task import Task, TaskStatus

__all__ = ("because", "take_back_failure")


def because(task_id: int) -> str:
    """The reason of what is cancelled because a task failed."""
    return f"cancelled because #{task_id} failed"


def take_back_failure(db: Database, task: Task, by: Actor, now: int) -> tuple[int, ...]:
    """Take back what followed from the failure of `task`, inside the caller's transaction; nothing where nothing did.

    The ids of the tasks that were cancelled with it and are to be retried with it. Raises Conflict while somebody is
    undoing the task: two would work against each other.
    """
    if task.applied_at is None or task.status == TaskStatus.DONE:
        return ()
    for undoing in _tasks(db, "from_task = ? AND kind = 'undo' AND status NOT IN ('done', 'cancelled')", task.id):
        if undoing.status in (TaskStatus.WORKING, TaskStatus.REVIEW):
            raise Conflict(f"#{undoing.id} is undoing #{task.id} just now; wait for its end, or cancel it first")
        why = f"#{task.id} gets another chance"
        close_reviews(db, undoing.id, why, by, now)
        move(db, undoing, "cancel", TaskStatus.CANCELLED, by, now, failure=why)
    change(db, task.id, by, now, applied_at=None)
    # Whoever cancels one of them by hand writes its row last.
    waiting = _tasks(db, "failure = ? AND status = 'cancelled' AND actor = 'scheduler'", because(task.id))
    for one in waiting:
        change(db, one.id, by, now, failure=None)
    return tuple(one.id for one in waiting)


def _tasks(db: Database, where: str, value: object) -> list[Task]:
    return [
        Task.from_row(row) for row in db.execute(f"SELECT * FROM tasks WHERE {where} ORDER BY id", (value,)).fetchall()
    ]
