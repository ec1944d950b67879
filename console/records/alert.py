"""Owns the alert: an observation, of a project or of the home, that wants attention at some level, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row


class Level(StrEnum):
    """How much attention an observation wants; decides its way out."""

    URGENT = "urgent"
    ATTENTION = "attention"
    ROUTINE = "routine"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Something noticed. With a cause it is an alert: one cause has one open alert."""

    id: int
    level: Level = Level.ROUTINE
    cause: str | None = None
    """Such as `silent:<session>`; at most one open observation has it."""
    body: str
    task_id: int | None = None
    session: str | None = None
    actor: str = "unknown"
    at: int = 0
    acked_at: int | None = None
    acked_by: str | None = None
    ended_at: int | None = None
    """When the cause went away."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Observation:
        """From a row of `observations`."""
        return from_row(cls, row, level=Level)

    @property
    def open(self) -> bool:
        """It still wants attention."""
        return self.acked_at is None and self.ended_at is None
