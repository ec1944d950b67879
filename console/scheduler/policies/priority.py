"""Owns the order `priority`: most urgent first, older before younger. Nothing ages."""

from __future__ import annotations

from console.records.policy import Policy
from console.records.task import Task


def priority(task: Task, policy: Policy) -> tuple[int, ...]:
    """By priority, then by id."""
    return (task.priority, task.id)
