"""Owns what is kept and what is removed, as it leaves the house: copies of databases, restores, what a clean-up freed."""

from __future__ import annotations

from pathlib import Path

from msgspec import UNSET, UnsetType

from console.api.shape import Shape

__all__ = ("Copy", "Freed", "Restored")


class Copy(Shape, frozen=True, kw_only=True):
    """A copy of a blackboard, or an attempt at one."""

    project: str | None
    """Its id; null for the home's own database."""
    at: str | None
    """UTC, ISO 8601."""
    tasks: int | None
    """How many are in it; null where that is not known."""
    size: int | None
    """Bytes."""
    copy: Path | None
    """The file; null where there is none."""
    problem: str | None
    """Why there is none."""
    safety: bool | UnsetType = UNSET
    """It was made before something was written over; of a list."""


class Freed(Shape, frozen=True, kw_only=True):
    """What was removed of one kind, in one place."""

    kind: str
    """What."""
    project: str | None
    """Of which; null for the home's own."""
    count: int
    """How many."""
    size: int
    """Bytes."""
    problem: str | None
    """What could not be looked at, and was left."""
    dry_run: bool
    """Nothing was removed."""


class Restored(Shape, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A database that was brought back."""

    project: str
    """Its id; _home for the home's own."""
    from_: Path | None
    """The copy; null where it starts anew."""
    tasks: int
    """How many are in it."""
    epoch: str
    """Of its change feed from now on."""
    safety: Path | None
    """The copy of what was written over."""
    quarantine: Path | None
    """Where the file is that could not be used."""
