"""Owns the order `dynamic`: every task has a moment at which its turn comes, and the earliest turn is first.

    since = the later of created_at and not_before
    turn  = the earlier of  since + priority x ageing
                       and  the later of deadline and since, less deadline_lead
            less the number of tasks that wait for it (at most 10) x waiting_bonus

To order by a moment is to order by priority with ageing and pressure, for time moves all turns alike: the order of two
tasks never depends on now. Nothing starves: a task that is created later by more than 4 x ageing + deadline_lead + 10 x
waiting_bonus never comes before.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.records.policy import MOST_WAITING, Policy
from console.records.task import Task

__all__ = ("Turn", "dynamic", "turn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When a task's turn comes, and what it is made of. All in ms; moments since the epoch."""

    since: int
    by_age: int
    """The turn that its priority alone gives it."""
    by_deadline: int | None
    """The turn that its deadline alone gives it."""
    bonus: int

    @property
    def at(self) -> int:
        """The turn."""
        base = self.by_age if self.by_deadline is None else min(self.by_age, self.by_deadline)
        return base - self.bonus

    @property
    def pressed(self) -> bool:
        """Its deadline brings it forward."""
        return self.by_deadline is not None and self.by_deadline < self.by_age


def turn(task: Task, policy: Policy) -> Turn:
    """The turn of a task."""
    since = max(task.created_at, task.not_before or 0)
    pressed = None if task.deadline is None else max(task.deadline, since) - policy.deadline_lead * 1000
    return Turn(
        since=since,
        by_age=since + task.priority * policy.ageing * 1000,
        by_deadline=pressed,
        bonus=min(task.unblocks, MOST_WAITING) * policy.waiting_bonus * 1000,
    )


def dynamic(task: Task, policy: Policy) -> tuple[int, ...]:
    """By turn, then by id."""
    return (turn(task, policy).at, task.id)
