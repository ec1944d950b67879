"""Owns an event of a project's change feed as it leaves the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.clock import iso

if TYPE_CHECKING:
    from console.records.event import Event as EventRecord

__all__ = ("Event",)


class Event(Shape, frozen=True, kw_only=True):
    """What changed, when, and who did it."""

    project: str
    """Its project's id."""
    seq: int
    """Its place in the feed of its project, from 1."""
    at: str | None
    """UTC, ISO 8601."""
    actor: str
    """Who did it."""
    origin: str
    """By which door."""
    session: str | None
    """In which session."""
    task: int | None
    """The task that it is about."""
    kind: str
    """Such as created, status, edited, ended."""
    entity: str
    """task, session, review, seat, verdict, comment, decision, observation, output, submission, dependency, project, …"""
    id: str
    """Of the entity."""
    old: str | None
    """What it was."""
    new: str | None
    """What it is."""
    fence: int | None
    """Number of the claim that it belongs to."""

    @classmethod
    def of(cls, project: str, event: EventRecord) -> Event:
        """Of the record."""
        fields = {name: getattr(event, name) for name in cls.__struct_fields__ if name not in ("project", "at")}
        return cls(project=project, at=iso(event.at), **fields)
