"""Owns how a graph of tasks is read for a screen. How it is laid out is `console.plans.graph`'s business."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from widgets.graph import Graph

__all__ = ("graph_of",)


def graph_of(db: Database, task_id: int | None) -> Graph:
    """All that hangs together with the task; of one that stands alone, or of none, what is not over in the project."""
    from console.blackboard.reads.graph import graph_around, graph_of_project
    from console.plans.graph import in_tree
    from widgets.graph import Graph, GraphRow

    found = None if task_id is None else graph_around(db, task_id)
    if found is None or len(found.tasks) < 2:
        found = graph_of_project(db)
    tasks = {task.id: task for task in found.tasks}
    before: dict[int, list[int]] = {number: [] for number in tasks}
    for number, others in found.after.items():
        for other in others:
            before[other].append(number)
    rows = (
        GraphRow(
            task=tasks[one.name],
            rails=one.rails,
            above=one.above,
            after=found.after[one.name],
            before=tuple(before[one.name]),
        )
        for one in in_tree(found.after)
    )
    return Graph(rows=tuple(rows), left_out=found.left_out)
