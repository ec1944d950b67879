"""Owns that what a person wants of their console is read anew while it runs, wherever its files are others than before.

It runs in the feed's thread, puts nothing on, and never reads a file in whose middle an editor may be.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.theme import Theme

from console.app.dressing import themes_in
from console.app.preferences import Preferences, config_file, theme_folder
from console.app.preferred import preferences
from console.clock import Clock

__all__ = ("Wished", "Wishes")

SETTLED = 0.25
"""Seconds for which the files are the same before they are read: some editors empty a file first, or move it away."""
MOST = 100
"""Themes that are looked at; nobody has more."""

Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What the files say now."""

    wanted: Preferences
    own: tuple[Theme, ...] = ()
    """Themes of one's own."""
    torn: tuple[str, ...] = ()
    """What is wrong with those that are left out."""


class Wishes:
    """The files as they were read last."""

    def __init__(self, environ: Mapping[str, str], clock: Clock, tell: Callable[[Wished], object]) -> None:
        """`tell` gets what the files say whenever they changed; what they say now is known."""
        self._environ, self._clock, self._tell = environ, clock, tell
        self._file, self._themes = config_file(environ), theme_folder(environ)
        self._read = self._seen = self._stamp()
        self._since = 0.0

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where a change would show, of those that are there."""
        return tuple(each for each in (self._file.parent, self._themes) if each.is_dir() and os.access(each, os.R_OK))

    def look(self) -> bool:
        """Read the files where they are others; True where they may be written this very moment, to be looked at soon."""
        stamp, now = self._stamp(), self._clock.monotonic()
        if stamp == self._read:
            self._seen = stamp
            return False
        if stamp != self._seen:
            self._seen, self._since = stamp, now
        if now - self._since < SETTLED:
            return True
        self._read = stamp
        own, torn = themes_in(self._themes)
        self._tell(Wished(wanted=preferences(self._environ), own=own, torn=torn))
        return False

    def _stamp(self) -> Stamp:
        """Which files they are, links followed."""
        try:
            themes = sorted(path for path in self._themes.iterdir() if path.suffix == ".yaml")[:MOST]
        except OSError:
            themes = []
        return tuple(_stamp(path) for path in (self._file, *themes))


def _stamp(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return path.name, 0, 0, 0
    return path.name, found.st_mtime_ns, found.st_size, found.st_ino
