"""Owns a place where a text was found, as it leaves the house."""

from __future__ import annotations

from console.api.shape import Shape

__all__ = ("Found",)


class Found(Shape, frozen=True, kw_only=True):
    """A place where a text was found."""

    project: str
    """Its id."""
    task: int | None
    """What it is about; null for a decision on the whole project."""
    session: str | None
    """A UUID; null where it stands on the blackboard."""
    agent: str
    """Whose session it is, or who wrote it."""
    kind: str
    """task, comment, finding or decision; in a transcript what happened there."""
    at: str | None
    """UTC, ISO 8601."""
    around: str
    """What stands there, in one line."""
