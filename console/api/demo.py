"""Owns what a demo went through, as it leaves the house."""

from __future__ import annotations

from collections.abc import Mapping

from console.api.shape import Shape

__all__ = ("Demo",)


class Demo(Shape, frozen=True, kw_only=True):
    """What the blackboard says that happened."""

    home: str | None
    """Where it is kept; null where it was thrown away."""
    project: str
    """The project that was played."""
    model: None
    """No model was there."""
    went_through: Mapping[str, str]
    """Thing to where it is seen."""
    missing: tuple[str, ...]
    """What did not happen."""
    tasks: Mapping[str, int]
    """Status to how many tasks have it."""
    needs_you: tuple[str, ...]
    """What waits for the operator, one line each."""
