"""Owns the orders in which ready tasks are taken, by the name that `daemon.policy` gives them.

A key must sort as the ORDER BY of the page does that storage reads for the same name (`blackboard.reads.tasks`): else a
page would not hold the tasks that come first. To add one: a file with its key here, a line in ORDERS, an ORDER BY there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.records.task import Task
from console.scheduler.policies.fifo import fifo
from console.scheduler.policies.priority import priority

__all__ = ("ORDERS", "in_order")

ORDERS: Mapping[str, Callable[[Task], tuple[int, ...]]] = {"priority": priority, "fifo": fifo}


def in_order(tasks: tuple[Task, ...], order: str) -> list[Task]:
    """The tasks as the policy takes them; an unknown policy keeps their order, for config refuses it before."""
    key = ORDERS.get(order)
    return sorted(tasks, key=key) if key else list(tasks)
