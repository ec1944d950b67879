"""Owns the order `fifo`: first come, first served. Priorities mean nothing here."""

from __future__ import annotations

from console.records.policy import Policy
from console.records.task import Task


def fifo(task: Task, policy: Policy) -> tuple[int, ...]:
    """By id, which grows with every task."""
    return (task.id,)
