"""Owns the orders in which ready tasks are taken, by the name that `daemon.policy` gives them.

A key must sort as the ORDER BY of the page does that storage reads for the same name (`blackboard.reads.tasks`): else a
page would not hold the tasks that come first. No key knows the time, so a page that was read earlier is still in order.
To add one: a file with its key here, a line in ORDERS, an ORDER BY there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from console.records.policy import Policy
from console.records.task import Task
from console.records.workload import Workload
from console.scheduler.policies.auto import choose
from console.scheduler.policies.deadline import deadline
from console.scheduler.policies.dynamic import dynamic
from console.scheduler.policies.fifo import fifo
from console.scheduler.policies.priority import priority

__all__ = ("AUTO", "ORDERS", "in_order", "order_in_force")

AUTO = "auto"
"""The policy that chooses one of ORDERS anew with every change of the project."""

ORDERS: Mapping[str, Callable[[Task, Policy], tuple[int, ...]]] = {
    "priority": priority,
    "fifo": fifo,
    "deadline": deadline,
    "dynamic": dynamic,
}
_USUAL = Policy()


def order_in_force(policy: Policy, workload: Workload | None) -> str:
    """The order that the project's policy means; `auto` asks the workload."""
    return choose(workload or Workload()) if policy.order == AUTO else policy.order


def in_order(tasks: Iterable[Task], order: str, policy: Policy = _USUAL) -> list[Task]:
    """The tasks as the policy takes them; an unknown order keeps theirs, for config refuses it before."""
    key = ORDERS.get(order)
    return sorted(tasks, key=lambda task: key(task, policy)) if key else list(tasks)
