"""Owns a program on a pseudo-terminal for the benchmarks: press a key, wait for words or for silence, count bytes."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence

__all__ = ("Screen",)

QUIET = 0.05
"""Seconds without a byte after which the answer to a key is over; they are not counted."""


class Screen:
    """A child whose terminal we are; use it in a `with`."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] = (120, 40)) -> None:
        self.began = time.perf_counter()
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **environ},
            start_new_session=True,
        )
        os.close(theirs)

    @property
    def pid(self) -> int:
        """Of the child."""
        return self._child.pid

    def __enter__(self) -> Screen:
        """The screen."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End the child, whatever it is doing."""
        self._child.send_signal(signal.SIGKILL)
        self._child.wait()
        os.close(self._ours)

    def shows(self, words: str, patience: float = 30.0) -> float:
        """The moment (of time.perf_counter) at which `words` had come in one piece. Raises TimeoutError."""
        wanted, seen, end = words.encode(), b"", time.perf_counter() + patience
        while time.perf_counter() < end:
            if select.select([self._ours], [], [], 0.5)[0]:
                seen = seen[-4096:] + os.read(self._ours, 65536)
                if wanted in seen:
                    return time.perf_counter()
        raise TimeoutError(f"{words!r} never came")

    def settle(self, quiet: float = 1.0) -> None:
        """Read until nothing came for so long."""
        while select.select([self._ours], [], [], quiet)[0]:
            os.read(self._ours, 65536)

    def press(self, key: str) -> tuple[float, int]:
        """Seconds from the key to the last byte of the answer, and its bytes."""
        began = last = time.perf_counter()
        os.write(self._ours, key.encode())
        count = 0
        while select.select([self._ours], [], [], QUIET if count else 1.0)[0]:
            count += len(os.read(self._ours, 65536))
            last = time.perf_counter()
        return last - began, count
