"""Owns the lead's turn at an ask: the task by which it is asked in the operator's place, and how that stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.records.rows import from_row
from console.records.task import TaskStatus

__all__ = ("Turn",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One ask that went to the lead."""

    ask: int
    task_id: int
    """The task by which the lead is asked; not the one that the ask is about."""
    agent: str
    status: TaskStatus
    """Of that task."""
    asked_at: int
    """Epoch ms at which the ask was made: from then on the operator is spared."""
    open: bool
    """The ask waits for an answer still."""
    why: str = ""
    """Why it is the operator's after all; empty as long as it is the lead's."""
    tried: bool = False
    """A session of it has ended; it is not asked a second time."""
    said: str = ""
    """Why its task stands as it does: the reason of a hold, or a failure."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Turn:
        """From a row of `reads.leads`."""
        return from_row(cls, row, status=TaskStatus, open=bool, tried=bool)
