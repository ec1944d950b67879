"""Owns the list of managers: launchd, systemd and PM2 by the name that the operator types.

Each is a module with the same functions; this file says which, and nothing about any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.home import Home
from console.services import launchd, pm2, systemd
from console.services.manager import Argv, Commands, Word
from console.services.plan import ServicePlan

__all__ = ("KINDS", "Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A manager of services."""

    name: str
    file: Callable[[str, Home, Path], Path]
    """Of a service's name, the home, and the user's folder."""
    text: Callable[[ServicePlan], str]
    commands: Callable[[str, Path], Commands]
    question: Callable[[str], Argv]
    understood: Callable[[str, int, str], Word]
    notes: Callable[[], tuple[str, ...]]


KINDS: dict[str, Kind] = {
    "launchd": Kind(
        name="launchd",
        file=lambda name, home, user: launchd.file_of(name, user),
        text=launchd.text,
        commands=launchd.commands,
        question=launchd.question,
        understood=launchd.understood,
        notes=launchd.notes,
    ),
    "systemd": Kind(
        name="systemd",
        file=lambda name, home, user: systemd.file_of(name, user),
        text=systemd.text,
        commands=systemd.commands,
        question=systemd.question,
        understood=systemd.understood,
        notes=systemd.notes,
    ),
    "pm2": Kind(
        name="pm2",
        file=lambda name, home, user: pm2.file_of(name, home.path),
        text=pm2.text,
        commands=pm2.commands,
        question=pm2.question,
        understood=pm2.understood,
        notes=pm2.notes,
    ),
}
"""In the order in which they are shown."""
