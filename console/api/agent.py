"""Owns the agent as it leaves the house, as its check found it."""

from __future__ import annotations

from console.api.shape import Shape

__all__ = ("AgentChecked",)


class AgentChecked(Shape, frozen=True, kw_only=True):
    """Whether an agent can be started from here."""

    id: str
    """Which."""
    backend: str
    """How it is run."""
    ok: bool | None
    """Null where it cannot be known."""
    found: str | None
    """What was found of it."""
    problems: tuple[str, ...]
    """What keeps it from being started."""
    notes: tuple[str, ...]
    """What will hardly do what it is meant to: a relative path, a model or a level of thinking that is not known."""
