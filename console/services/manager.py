"""Owns what every manager of services is asked for: the commands to run it, and its word on how a service stands.

Records only.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("Argv", "Commands", "Word")

Argv = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What to type, in order. None needs root."""

    start: tuple[Argv, ...]
    restart: tuple[Argv, ...]
    """Takes up newly installed code; agents go on."""
    stop: tuple[Argv, ...]
    reload: tuple[Argv, ...]
    """Takes up a changed file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A manager's word on a service."""

    state: str
    """running, stopped, not loaded, or unknown."""
    pid: int | None = None
    detail: str = ""
    """Why it is unknown."""
    home: str | None = None
    """Which home it serves, where the manager knows."""
