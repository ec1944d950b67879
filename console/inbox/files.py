"""Owns the inbox's files as files: opened without trust, known again by what was read of them, renamed, never truncated.

What is in them is not looked at here, and nothing is remembered.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from console import safe_files
from console.home import make_private_folder

__all__ = ("HEAD", "Found", "Place", "Refused", "head_of", "opened", "same_file")

HEAD = 256
"""Bytes at the beginning, and before the place that was reached, by which a file is known again."""
SEGMENTS = "segments"


class Refused(Exception):
    """A file that is not read: no regular file, or somebody else's. The message says which."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file in the inbox, as the folder lists it."""

    name: str
    """Relative to the folder of the inbox."""
    ino: int
    path: Path


class Place:
    """Where the inbox is: its file, and the folder of those that were renamed, on the same disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path.parent
        self.segments = path.parent / SEGMENTS

    def prepare(self) -> None:
        """Make the folders, for their owner alone, where they are not there."""
        for folder in (self.folder, self.segments):
            if not folder.is_dir():
                make_private_folder(folder)

    def renamed(self) -> Iterator[Found]:
        """The files that were the inbox before, the oldest name first."""
        with os.scandir(self.segments) as entries:
            found = sorted((entry.name, entry.inode()) for entry in entries if _is_segment(entry.name))
        for name, ino in found:
            yield Found(f"{SEGMENTS}/{name}", ino, self.segments / name)

    def strays(self) -> Iterator[Found]:
        """Files beside the inbox that may have been it: another program renames, too."""
        with os.scandir(self.folder) as entries:
            found = sorted((entry.name, entry.inode()) for entry in entries if entry.name.startswith(self.path.name))
        for name, ino in found:
            yield Found(name, ino, self.folder / name)

    def rotate(self, ino: int, now: int) -> str:
        """Rename the inbox into its segments and give its new name; the next `>>` makes a new file. Raises OSError."""
        stamp = f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%dT%H%M%S}-{now % 1000:03d}-{ino}"
        name, n = f"{stamp}.jsonl", 0
        while os.path.lexists(self.segments / name):
            n += 1
            name = f"{stamp}-{n}.jsonl"
        os.rename(self.path, self.segments / name)
        return f"{SEGMENTS}/{name}"


@contextmanager
def opened(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    """A descriptor for reading, and what it stands for. Raises FileNotFoundError, and Refused for what is not trusted."""
    with ExitStack() as stack:
        try:
            descriptor, status = stack.enter_context(safe_files.opened(path.parent, path.name, databases=frozenset))
        except safe_files.Unsafe as error:
            raise Refused(error.strerror) from None
        except PermissionError as error:
            raise Refused(f"it cannot be opened ({error.strerror})") from None
        if status.st_uid != os.geteuid():
            raise Refused("it belongs to another user")
        if status.st_nlink == 0:
            raise FileNotFoundError(path)
        yield descriptor, status


def head_of(descriptor: int, offset: int) -> str:
    """What tells whether a file is still the one whose first `offset` bytes were read: a hash of their beginning and end."""
    size = min(HEAD, offset)
    digest = hashlib.sha256(os.pread(descriptor, size, 0))
    digest.update(os.pread(descriptor, size, offset - size))
    return digest.hexdigest()[:32]


def same_file(descriptor: int, size: int, offset: int, head: str) -> bool:
    """Whether nobody truncated or replaced it since `head` was made at `offset`."""
    return size >= offset and (offset == 0 or head_of(descriptor, offset) == head)


def _is_segment(name: str) -> bool:
    return name.endswith(".jsonl") and not name.startswith(".")
