"""Owns the lock that a runner holds from first to last: its session's proof of life, kept in its place whatever an agent does.

Never lets go of what it took: a lock that stands in the folder again is held before it stands there.
"""

from __future__ import annotations

import fcntl
import os

from console.agents.folder import SessionFolder
from console.agents.wake import Signals
from console.clock import Clock

__all__ = ("AliveLock",)

PATIENCE = 2.0
"""Seconds in which the lock is tried for: whoever tests it holds it for an instant."""


class AliveLock:
    """The exclusive lock of one session."""

    def __init__(self, folder: SessionFolder, descriptor: int) -> None:
        self._folder = folder
        self._held = [descriptor]
        """Descriptors; the last one is the present file."""

    @classmethod
    def take(cls, folder: SessionFolder, clock: Clock, signals: Signals) -> AliveLock | None:
        """The lock, held until this process ends; None where another runner has it. Raises OSError."""
        descriptor = folder.open_lock()
        until = clock.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return cls(folder, descriptor)
            except BlockingIOError:
                if folder.has(folder.runner) or clock.monotonic() > until:
                    os.close(descriptor)
                    return None
            signals.pause(0.005)

    def keep(self) -> bool:
        """Put it back where it was removed or replaced, with its folder; True where that was needed. Raises OSError."""
        if self._folder.is_same(self._folder.lock, os.fstat(self._held[-1])):
            return False
        self._held.append(self._folder.write_locked(self._folder.lock))
        return True

    def is_deleted(self) -> bool:
        """Whether its file has no name any more anywhere: neither moved nor on a disk that is away."""
        return os.fstat(self._held[-1]).st_nlink == 0
