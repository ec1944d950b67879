"""Owns what tasks wait for: adding a dependency and taking one away, and the refusal of circles among tasks and families.

Whether a task is blocked is counted by the database's own triggers.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.stamps import stamped, the_task
from console.errors import Conflict
from console.records.actor import Actor
from console.records.task import Task, TaskStatus

__all__ = ("add_dependency", "insert_dependency", "refuse_family_circle", "remove_dependency")


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
    """The same inside another command's transaction. Raises NotFound, Conflict."""
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


def refuse_family_circle(db: Database, task_id: int, parent: int) -> None:
    """Raise Conflict where `parent` descends from the task."""
    row = db.execute(
        "WITH RECURSIVE line (id) AS (SELECT ? UNION SELECT parent FROM tasks JOIN line USING (id) WHERE parent IS NOT NULL)"
        " SELECT 1 FROM line WHERE id = ?",
        (the_task(db, parent).id, task_id),
    ).fetchone()
    if row is not None:
        raise Conflict(f"#{parent} descends from #{task_id}; it cannot be its parent")
