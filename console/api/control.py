"""Owns what the operator does to a whole home, or to one project, as it leaves the house: paused, draining, stopped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import UNSET, UnsetType

from console.api.shape import Shape

__all__ = ("Draining", "Estopped", "HomeMade", "ManPage", "Paused")


class Paused(Shape, frozen=True, kw_only=True):
    """A home, or a project, after a pause or its end."""

    paused: bool
    """No new session is started."""
    project: str | None
    """The project; null for the whole home."""
    notes: tuple[str, ...] | UnsetType = UNSET
    """What keeps work from starting all the same; of a resume."""


class Draining(Shape, frozen=True, kw_only=True):
    """What became of a drain."""

    draining: bool
    """The scheduler ends when its sessions have; false where nobody is in charge."""


class Estopped(Shape, frozen=True, kw_only=True):
    """What became of an emergency stop."""

    estopped: bool
    """The stop is written: nothing new starts."""
    project: str | None
    """The project; null for the whole home."""
    alive: Sequence[str]
    """Sessions that still live."""
    stopped: Sequence[str]
    """Sessions that ran."""
    problems: Sequence[str]
    """What could not be done."""
    notes: Sequence[str]
    """What was noticed on the way."""


class HomeMade(Shape, frozen=True, kw_only=True):
    """A home after it was made or mended."""

    home: Path
    """Absolute path of its folder."""
    created: bool
    """It was none before."""
    next: Sequence[str]
    """What to type then."""


class ManPage(Shape, frozen=True, kw_only=True):
    """The manual page."""

    page: str
    """In man(7)."""
