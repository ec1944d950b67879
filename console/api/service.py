"""Owns the service as it leaves the house: the scheduler of a home under launchd, systemd or PM2."""

from __future__ import annotations

from pathlib import Path

from msgspec import UNSET, UnsetType

from console.api.shape import Shape

__all__ = ("Installed", "Service", "Uninstalled")


class Installed(Shape, frozen=True, kw_only=True):
    """A service file after it was written, or shown."""

    manager: str
    """launchd, systemd or pm2."""
    name: str
    """Of the service."""
    file: Path
    """The service file."""
    done: str
    """installed, updated, unchanged or shown."""
    start: tuple[tuple[str, ...], ...]
    """What is still to be typed: argument lists."""
    notes: tuple[str, ...]
    """What to know about it."""
    restart: tuple[tuple[str, ...], ...]
    """What starts it anew."""
    stop: tuple[tuple[str, ...], ...]
    """What stops it."""
    text: str | UnsetType = UNSET
    """What the file would hold; of a dry run."""


class Service(Shape, frozen=True, kw_only=True):
    """How a service stands."""

    manager: str
    """launchd, systemd or pm2."""
    name: str
    """Of the service."""
    file: Path
    """The service file."""
    installed: bool
    """It is there."""
    edited: bool
    """By hand."""
    home: str | None
    """The home that it is for."""
    state: str
    """running, stopped, not loaded or unknown."""
    pid: int | None
    """Of its process."""
    detail: str
    """What its manager adds."""
    in_charge: int | None
    """The pid of who is in charge of this home; null for nobody."""


class Uninstalled(Shape, frozen=True, kw_only=True):
    """A service that was taken out."""

    manager: str
    """launchd, systemd or pm2."""
    name: str
    """Of the service."""
    file: Path
    """The service file that is gone."""
    removed: bool
    """It is gone."""
    in_charge: int | None
    """The pid of who is in charge then; null for nobody."""
