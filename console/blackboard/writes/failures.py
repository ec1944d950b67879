"""Owns what follows when a task has failed for good and says so itself: its dependents are cancelled, and it is undone.

Both happen in one transaction and once for each failure. What a retry takes back of it is in `recovery`.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.notes import observe
from console.blackboard.writes.recovery import because
from console.blackboard.writes.stamps import change, the_task
from console.blackboard.writes.tasks import TITLE_MAX, NewTask, cancel_task, create_task
from console.crash import crash_point
from console.records.actor import SCHEDULER, Actor
from console.records.alert import Level
from console.records.task import OnFailure, Task, TaskKind, TaskStatus

__all__ = ("follow_failure",)

URGENT = 1
"""Priority of a task that undoes another."""
_WAITING = """
WITH RECURSIVE behind (id) AS (
  SELECT task FROM dependencies WHERE needs = :id
  UNION
  SELECT d.task FROM dependencies d JOIN behind ON d.needs = behind.id JOIN tasks t ON t.id = behind.id
  WHERE t.status NOT IN ('done', 'failed')
)
SELECT t.id FROM behind JOIN tasks t ON t.id = behind.id WHERE t.status NOT IN ('done', 'failed', 'cancelled') ORDER BY t.id"""
"""Everything that waits for a task, over any number of steps. What is done waits for nothing any more, and what failed
itself has consequences of its own."""


def follow_failure(db: Database, task_id: int, *, by: Actor = SCHEDULER, now: int) -> Task | None:
    """Let follow what the failed task says: the task that undoes it, or None where nothing undoes it.

    Nothing happens where that was done before, or the task is no longer failed.
    """
    undoing = None
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status != TaskStatus.FAILED or task.applied_at is not None or task.on_failure == OnFailure.ASK:
            return None
        waiting = db.execute(_WAITING, {"id": task_id}).fetchall()
        for row in waiting:
            cancel_task(db, row["id"], reason=because(task_id), by=by, now=now)
        if task.on_failure == OnFailure.UNDO:
            undoing = create_task(db, _undoing(task), by=by, now=now)
        change(db, task_id, by, now, applied_at=now)
        told = _told(task, [row["id"] for row in waiting], undoing)
        observe(db, told, level=Level.ATTENTION, task_id=task_id, by=by, now=now)
        crash_point("failure.before_commit")
    crash_point("failure.after_commit")
    return undoing


def _told(task: Task, cancelled: list[int], undoing: Task | None) -> str:
    followed = [f"#{undoing.id} undoes it"] if undoing is not None else []
    followed += [f"cancelled with it: {', '.join(f'#{one}' for one in cancelled)}"] if cancelled else []
    return f"task #{task.id} failed ({task.failure or 'no reason given'}); {'; '.join(followed) or 'nothing waited for it'}"


def _undoing(task: Task) -> NewTask:
    why = f"Task #{task.id} ({task.title}) failed: {task.failure or 'no reason given'}."
    return NewTask(
        title=f"Undo #{task.id}: {task.title}"[:TITLE_MAX],
        body=f"{task.undo or 'Take back what the task left behind.'}\n\n{why} Look at what it left before you change anything.",
        assignee=task.assignee,
        role=task.role,
        needs=task.needs,
        tags=task.tags,
        priority=URGENT,
        parent=task.parent,
        reviews=task.reviews,
        kind=TaskKind.UNDO,
        from_task=task.id,
    )
