"""Owns the graph of tasks as it leaves the house: who waits for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.records.task import TaskKind, TaskStatus

if TYPE_CHECKING:
    from console.records.task import Task as TaskRecord

__all__ = ("Graph", "GraphTask")


class GraphTask(Shape, frozen=True, kw_only=True):
    """A task in a graph."""

    id: int
    """Its number."""
    title: str
    """In one line."""
    status: TaskStatus
    """Where it stands."""
    blocked: bool
    """It is pending and waits for another task."""
    kind: TaskKind
    """What is done with its result."""
    priority: int
    """0 (most urgent) to 4."""
    assignee: str | None
    """The agent that alone may do it."""
    role: str | None
    """The role that its agent must have."""
    needs: tuple[str, ...]
    """Capabilities that its agent must have."""
    parent: int | None
    """The task that it is a part of."""
    after: tuple[int, ...]
    """The tasks that it waits for, of those that are shown."""
    level: int
    """0 waits for nothing that is shown."""

    @classmethod
    def of(cls, task: TaskRecord, *, after: tuple[int, ...], level: int) -> GraphTask:
        """Of the record, and its place."""
        same = ("id", "title", "status", "kind", "priority", "assignee", "role", "needs", "parent")
        fields = {name: getattr(task, name) for name in same}
        return cls(blocked=task.waits_for_dependency, after=after, level=level, **fields)


class Graph(Shape, frozen=True, kw_only=True):
    """Who waits for whom."""

    project: str
    """Its id."""
    left_out: int
    """How many more tasks there are."""
    tasks: tuple[GraphTask, ...]
    """In the order of their ids."""
