"""Owns the alert as it leaves the house: something noticed, in a project or in the home itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.clock import iso
from console.records.alert import Level

if TYPE_CHECKING:
    from console.records.alert import Observation

__all__ = ("Alert",)


class Alert(Shape, frozen=True, kw_only=True):
    """Something noticed."""

    project: str | None
    """Its project's id; null for the home's own."""
    id: int
    """Unique in its project, or in the home."""
    level: Level
    """How much attention it wants."""
    cause: str | None
    """One cause has one open alert; null where it is no alert."""
    body: str
    """What was noticed."""
    open: bool
    """It has not ended, and nobody has acknowledged it."""
    task: int | None
    """The task that it is about."""
    session: str | None
    """The session that it is about, or that noticed it."""
    by: str
    """Who noticed it."""
    at: str | None
    """UTC, ISO 8601."""
    acked_at: str | None
    """UTC, ISO 8601."""
    acked_by: str | None
    """Who acknowledged it."""
    ended_at: str | None
    """When its cause was gone: UTC, ISO 8601."""

    @classmethod
    def of(cls, project: str | None, noticed: Observation) -> Alert:
        """Of the record."""
        return cls(
            project=project,
            id=noticed.id,
            level=noticed.level,
            cause=noticed.cause,
            body=noticed.body,
            open=noticed.open,
            task=noticed.task_id,
            session=noticed.session,
            by=noticed.actor,
            at=iso(noticed.at),
            acked_at=iso(noticed.acked_at),
            acked_by=noticed.acked_by,
            ended_at=iso(noticed.ended_at),
        )
