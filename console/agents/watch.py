"""Owns the runner's look at its agent's processes: which there are, for a later sweep, and whether they are busy.

Never signals anything.
"""

from __future__ import annotations

import os
from contextlib import suppress

import psutil

from console.agents.folder import SessionFolder
from console.agents.identity import raw_start, start_of
from console.clock import Clock

__all__ = ("Watch",)

BUSY = 0.05
"""Share of a core since the last look that counts as a sign of life: a program that only waits may poll (seen: 0.02)."""


class Watch:
    """Remembers every descendant that still lives, also those that have left the tree."""

    def __init__(self, folder: SessionFolder, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._looked = clock.monotonic()
        self._seen: dict[int, float] = {}
        self._cpu: dict[tuple[int, float], float] = {}
        self._written = True

    @property
    def seen(self) -> tuple[tuple[int, float], ...]:
        """(pid, raw start) of each."""
        return tuple(self._seen.items())

    def look(self) -> bool:
        """Note the tree below this process; True where it used the CPU since the last look."""
        now: dict[tuple[int, float], float] = {}
        for process in psutil.Process(os.getpid()).children(recursive=True):
            try:
                times = process.cpu_times()
                reaped = times.children_user + times.children_system  # where a shell runs many short commands
                now[process.pid, raw_start(process)] = times.user + times.system + reaped
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        strayed = {
            pid: start for pid, start in self._seen.items() if (pid, start) not in now and start_of(pid) == start
        }
        seen = strayed | dict(now.keys())
        if seen != self._seen or not self._written:
            self._seen, self._written = seen, False
            with suppress(OSError):  # a disk that is full: at the next look
                self._folder.write_tree(sorted(seen.items()))
                self._written = True
        grown = sum(max(0.0, used - self._cpu.get(key, 0.0)) for key, used in now.items())
        before, self._looked = self._looked, self._clock.monotonic()
        self._cpu = now
        return grown > 0 and grown >= BUSY * (self._looked - before)
