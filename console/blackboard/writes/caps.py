"""Owns the caps that the operator gave a task, as they are written; one that is held at its cap goes on with them."""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.guardrails import note_raise
from console.blackboard.writes.stamps import change, the_task
from console.blackboard.writes.tasks import release_task
from console.errors import Conflict
from console.records.actor import Actor
from console.records.budget import Limit, Usage
from console.records.guardrail import TASK_BUDGET
from console.records.own_caps import stored_caps
from console.records.task import FINAL, Task

__all__ = ("raise_cap",)


def raise_cap(
    db: Database, task_id: int, cap: Limit, *, raised_at: Usage | None = None, reason: str, by: Actor, now: int
) -> Task:
    """Set the caps of a task in place of all others that it has. Raises Conflict where it has ended.

    `raised_at`: what it has used by now, where it is told only of what comes after that.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status in FINAL:
            raise Conflict(f"task #{task_id} is {task.status}")
        change(db, task_id, by, now, cap=stored_caps(cap, raised_at), retry_at=None)
        note_raise(db, task_id, reason, by=by, now=now)
        if task.hold_rule == TASK_BUDGET:
            change(db, task_id, by, now, hold_rule=None)  # noted above: it is no release that gives as much once more
            release_task(db, task_id, by=by, now=now)
    return the_task(db, task_id)
