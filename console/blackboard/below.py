"""Owns the question whether the files of an open database are still those that were opened, asked by `stat` alone.

Nothing here opens a file: closing any descriptor of a database drops the locks of whoever is connected to it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ("Below", "Files", "files_of")

Name = tuple[int, int] | None
"""(device, inode); None where there is no such file."""


class Below(StrEnum):
    """What happened to the files under a connection."""

    NOTHING = ""
    GONE = "deleted"
    REPLACED = "replaced"
    SHRUNK = "truncated"
    WRITTEN = "written"
    """Somebody else wrote into the file itself: its log was moved into it, or it was damaged."""


@dataclass(frozen=True, slots=True)
class Files:
    """A database and the two files beside it, as they are now."""

    name: Name
    size: int
    written: int
    """Epoch ns."""
    log: Name
    index: Name
    log_state: tuple[int, int] = (0, 0)
    """(bytes, epoch ns) of the log: without a connection this says whether somebody committed."""

    def became(self, now: Files) -> Below:
        """What happened between these and `now`, gravest first."""
        if now.name is None:
            return Below.GONE
        lost = (self.log is not None and now.log != self.log) or (self.index is not None and now.index != self.index)
        if now.name != self.name or lost:
            return Below.REPLACED
        if now.size < self.size:
            return Below.SHRUNK
        return Below.WRITTEN if (now.size, now.written) != (self.size, self.written) else Below.NOTHING


def files_of(path: Path) -> Files:
    """The files of the database at `path`."""
    name, size, written = _look(path)
    log, log_size, log_written = _look(f"{path}-wal")
    return Files(name, size, written, log, _look(f"{path}-shm")[0], (log_size, log_written))


def _look(path: str | Path) -> tuple[Name, int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return None, 0, 0
    return (found.st_dev, found.st_ino), found.st_size, found.st_mtime_ns
