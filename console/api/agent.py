"""Owns the agent as it leaves the house: as its check found it, and as it was added."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.api.shape import Shape

__all__ = ("AgentAdded", "AgentChecked")


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


class AgentAdded(Shape, frozen=True, kw_only=True):
    """What `agent add` wrote."""

    id: str
    """The agent's."""
    backend: str
    """How it is started."""
    file: Path
    """Where it was written."""
    definition: Mapping[str, Any]
    """Its fields, as they stand there."""
    found: str | None
    """The full path of its program; null where it is not there."""
    needs: str
    """What must be there beside the program."""
    lacks: str
    """What does not work; empty for nothing known."""
    tried_with: str | None
    """The program's version with which this definition was tried."""
