"""Owns the question who waits for whom: the tasks of a project, or all that hangs together with one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.blackboard.reads.tasks import get_task
from console.records.task import Task

__all__ = ("TaskGraph", "graph_around", "graph_of_project")

_OF_PROJECT = "SELECT * FROM tasks WHERE :every OR status NOT IN ('done', 'cancelled') ORDER BY id"
_AROUND = """
WITH RECURSIVE near (id) AS (
  SELECT :id
  UNION SELECT d.needs FROM dependencies d JOIN near ON d.task = near.id
  UNION SELECT d.task FROM dependencies d JOIN near ON d.needs = near.id
  UNION SELECT t.id FROM tasks t JOIN near ON t.parent = near.id
)
SELECT * FROM tasks WHERE id IN near ORDER BY id"""
_EDGES = """
WITH shown (id) AS (SELECT value FROM json_each(:ids))
SELECT task, needs FROM dependencies WHERE task IN shown AND needs IN shown ORDER BY task, needs"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGraph:
    """Some tasks, and which of them wait for which."""

    tasks: tuple[Task, ...]
    """In the order of their ids."""
    after: dict[int, tuple[int, ...]]
    """Of each task those among them that it waits or waited for."""
    left_out: int = 0
    """How many more tasks there are."""


def graph_of_project(db: Database, *, every: bool = False, limit: int = 500) -> TaskGraph:
    """The tasks that are not over, with `every` all of them; the newest where there are more than `limit`."""
    return _graph(db, _OF_PROJECT, {"every": every}, limit)


def graph_around(db: Database, task_id: int, *, limit: int = 500) -> TaskGraph:
    """Every task that depends on this one or it on them, over any number of steps, and the parts of each. Raises NotFound."""
    get_task(db, task_id)
    return _graph(db, _AROUND, {"id": task_id}, limit)


def _graph(db: Database, sql: str, values: dict[str, object], limit: int) -> TaskGraph:
    with translated(db.path):
        rows = db.execute(sql, values).fetchall()
        tasks = tuple(Task.from_row(row) for row in rows[-limit:])
        edges = db.execute(_EDGES, {"ids": json.dumps([task.id for task in tasks])}).fetchall()
    after: dict[int, tuple[int, ...]] = {task.id: () for task in tasks}
    for row in edges:
        after[row["task"]] += (row["needs"],)
    return TaskGraph(tasks=tasks, after=after, left_out=len(rows) - len(tasks))
