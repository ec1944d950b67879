"""Owns the order `deadline`: what must be ready first comes first. A task without a deadline waits behind all that have one."""

from __future__ import annotations

from console.records.policy import Policy
from console.records.task import Task


def deadline(task: Task, policy: Policy) -> tuple[int, ...]:
    """By deadline, none last; then by priority, then by id."""
    return (task.deadline is None, task.deadline or 0, task.priority, task.id)
