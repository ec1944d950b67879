"""Owns the life of a scheduler as it leaves the house: in a list, and shown whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.api.shape import Shape

__all__ = ("Run", "RunShown")


class Run(Shape, frozen=True, kw_only=True):
    """A life of the scheduler."""

    run: str
    """Its name: the moment at which it began."""
    folder: Path
    """Absolute."""
    started_by: str | None
    """Who started it, and how."""
    last_tick: str | None
    """Its last tick: UTC, ISO 8601."""
    sessions: int
    """How many it started."""


class RunShown(Run, frozen=True, kw_only=True):
    """A life of the scheduler with all that its folder holds."""

    config: Mapping[str, Any]
    """The settings that held, without secrets."""
    body: str
    """The text that begins every prompt."""
    state: Mapping[str, Any]
    """What it last noted of itself; empty where that cannot be read."""
