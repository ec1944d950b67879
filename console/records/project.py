"""Owns the project as config and its blackboard describe it, and the counts of its tasks."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.records.task import TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectState:
    """The blackboard's own word on its project: one row."""

    project: str
    epoch: str
    """Changes when a backup is restored into the file; cursors of another epoch start over."""
    archived: bool = False
    paused_at: int | None = None
    paused_by: str | None = None
    pause_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many tasks a project has in each status; every status is a key."""

    counts: dict[TaskStatus, int] = field(default_factory=lambda: dict.fromkeys(TaskStatus, 0))

    @property
    def open(self) -> int:
        """Tasks that are neither done nor cancelled."""
        return sum(n for status, n in self.counts.items() if status not in ("done", "cancelled"))
