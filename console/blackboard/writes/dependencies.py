"""Owns the edges between tasks: who waits for whom. None is ever written that would close a circle."""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.stamps import stamped, the_task
from console.errors import Conflict
from console.records.actor import Actor
from console.records.task import Task, TaskStatus

__all__ = ("add_dependency", "insert_dependency", "remove_dependency")


def add_dependency(db: Database, task_id: int, needed: int, *, by: Actor, now: int) -> Task:
    """Make `task_id` wait for `needed`. Raises Conflict where that closes a circle or the task has begun."""
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status not in (TaskStatus.PENDING, TaskStatus.HELD):
            raise Conflict(f"task #{task_id} is {task.status}; dependencies are for tasks that have not begun")
        row = db.execute("SELECT 1 FROM dependencies WHERE task = ? AND needs = ?", (task_id, needed)).fetchone()
        if row is None:
            insert_dependency(db, task_id, needed, by, now)
    return the_task(db, task_id)


def remove_dependency(db: Database, task_id: int, needed: int, *, by: Actor, now: int) -> Task:
    """Stop waiting for `needed`; nothing happens where it did not."""
    with write(db, durable=True):
        the_task(db, task_id)
        db.execute("DELETE FROM dependencies WHERE task = ? AND needs = ?", (task_id, needed))
    return the_task(db, task_id)


def insert_dependency(db: Database, task_id: int, needed: int, by: Actor, now: int) -> None:
    """Write one edge inside the caller's transaction. Raises NotFound, Conflict for a circle."""
    the_task(db, needed)
    if task_id == needed or _reaches(db, needed, task_id):
        raise Conflict(f"#{task_id} after #{needed} would close a circle: #{needed} waits for #{task_id} already")
    db.execute(
        "INSERT INTO dependencies (task, needs, at, actor, origin, in_session)"
        " VALUES (:task, :needs, :now, :actor, :origin, :in_session)",
        stamped(by, now, task=task_id, needs=needed),
    )


def _reaches(db: Database, start: int, goal: int) -> bool:
    """Whether `start` depends on `goal`, over any number of steps."""
    row = db.execute(
        "WITH RECURSIVE upstream (id) AS (SELECT ? UNION SELECT needs FROM dependencies JOIN upstream ON task = id)"
        " SELECT 1 FROM upstream WHERE id = ?",
        (start, goal),
    ).fetchone()
    return row is not None
