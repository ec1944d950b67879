"""Owns what every write leaves on its row: who made it, through which door, in which session, and when."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from console.blackboard.connection import Database
from console.errors import Conflict, NotFound
from console.records.actor import Actor
from console.records.task import Task, TaskStatus, may

STAMP = "actor = :actor, origin = :origin, in_session = :in_session, rev = rev + 1, updated_at = :now"
"""The part of an UPDATE that raises `rev`, by which the change feed knows the write as ours."""


def stamped(by: Actor, now: int, **values: Any) -> dict[str, Any]:
    """The parameters of a statement: `values` and the stamp."""
    return {"actor": by.name, "origin": str(by.origin), "in_session": by.session, "now": now, **values}


def as_json(words: Iterable[str]) -> str:
    """A list of words as stored."""
    return json.dumps(list(words), ensure_ascii=False)


def the_task(db: Database, task_id: int) -> Task:
    """The task as it is in this transaction. Raises NotFound."""
    row = db.execute("SELECT * FROM tasks WHERE id = ?", (task_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no task #{task_id}; `moziplus task list` shows them")
    return Task.from_row(row)


def move(db: Database, task: Task, verb: str, to: TaskStatus, by: Actor, now: int, **columns: Any) -> None:
    """Take `task` to the status `to` by `verb`, setting `columns` too; the claim ends where the status leaves `working`.

    Raises Conflict where the table of transitions does not know the way.
    """
    if not may(verb, task.status, to):
        raise Conflict(f"task #{task.id} is {task.status}; {verb.replace('_', ' ')} does not apply to it")
    if task.status == TaskStatus.WORKING:
        columns |= {"session": None, "lease_until": None}
    if to != TaskStatus.HELD and task.status == TaskStatus.HELD:
        columns |= {"held_from": None, "hold_reason": None, "hold_rule": None}
    change(db, task.id, by, now, status=str(to), **columns)


def change(db: Database, task_id: int, by: Actor, now: int, **columns: Any) -> None:
    """Set `columns` of a task, stamped. Column names come from our own code only."""
    parts = ", ".join(f"{name} = :{name}" for name in columns)
    db.execute(f"UPDATE tasks SET {parts}, {STAMP} WHERE id = :id", stamped(by, now, id=task_id, **columns))
