"""Owns how a change of a file that is read again and again is seen, and why an emptied one is not believed.

Who writes a file in place empties it first: read at that moment, it would say that nothing is set, and nothing forbidden.
"""

from __future__ import annotations

import os
from pathlib import Path

from console.errors import ConfigError

__all__ = ("Stamp", "refuse_empty", "stamp_of")

Stamp = tuple[int, int, int] | None
"""Modification time in ns, size in bytes, inode; None where there is no file."""


def stamp_of(path: str | Path) -> Stamp:
    """The file as it is now."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def refuse_empty(path: str | Path, stamp: Stamp) -> None:
    """Raise ConfigError where the file has no content; for files of which there is a last good reading."""
    if stamp is not None and stamp[1] == 0:
        raise ConfigError([f"{path}:1: found an empty file; remove it, if nothing is to be set there"])
