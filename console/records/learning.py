"""Owns what the experiences of a project ask of the scheduler, and the distillation: experiences of a tag on their way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row
from console.records.task import TaskStatus


class DistillationStatus(StrEnum):
    """Where a distillation stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    """Its task failed or was cancelled; what it took is not taken again, unless the task is retried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distillation:
    """Experiences of one tag that a task makes a skill of."""

    id: int
    tag: str
    task_id: int
    status: DistillationStatus
    skill: str | None = None
    """As `id@version`, once it is done."""
    task_status: TaskStatus = TaskStatus.PENDING

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Distillation:
        """From a row of `distillations`, with the status of its task as `task_status`."""
        return from_row(cls, row, status=DistillationStatus, task_status=TaskStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What of a project's experiences may ask for something."""

    behind: bool = False
    """Some are not indexed, or their files not written, since they changed."""
    tags: tuple[tuple[str, int], ...] = ()
    """The fullest tags, each with the number of its active experiences that no distillation took; fullest first."""
    distillations: tuple[Distillation, ...] = ()
    """Those whose result did not take effect yet."""
    idle_since: int | None = None
    """Epoch ms of the longest-ago reference to an active experience; its making where it was never used."""
    seen: tuple[str, int] = ("", 0)
    """The epoch and the newest event when the tags were counted."""
