"""Owns the ends that come from outside: SIGTERM, SIGHUP, a terminal that is gone without a word, an app that does not end.

A thread of its own sees to them, and waits neither for the app's loop nor for its locks: each may hang for good just then.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import termios
import threading
from collections.abc import Callable
from typing import NamedTuple

__all__ = ("ASKED", "GONE", "LEAVING", "Grace", "LastResort", "TerminalWatch", "hung_up")

LOOK = 1.0
"""Seconds between two looks at a terminal; what fails to be read or written tells sooner."""
SURE = 3
"""Looks in a row that must find the end of the input, 20 ms apart: in between the reader may just have taken something."""


class Grace(NamedTuple):
    """How long an end may take, in seconds."""

    by_itself: float
    """Until it is ended from outside."""
    at_all: float
    """Until the process ends as it is."""


LEAVING = Grace(20.0, 40.0)
"""The operator left."""
ASKED = Grace(3.0, 7.0)
"""SIGTERM."""
GONE = Grace(1.5, 4.0)
"""Nobody is there any more: with the look that found it, it takes less than five seconds."""


def hung_up(descriptor: int) -> bool:
    """Whether the terminal behind a descriptor is gone. Asks the system, reads and writes nothing."""
    try:
        termios.tcgetattr(descriptor)
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in waiting.poll(0))
    except (OSError, termios.error):
        return True


def _ended(descriptor: int) -> bool:
    """Whether a terminal's input has ended: it can be read, and there is nothing to read."""
    try:
        if not select.select([descriptor], [], [], 0)[0]:
            return False
        return int.from_bytes(fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4)), "little") == 0
    except (OSError, ValueError):
        return True


class TerminalWatch:
    """Sees that the app is to end, and says so once: `end(gone)` is called in a thread that waits for nobody."""

    def __init__(self, gone: threading.Event, descriptors: tuple[int, int], end: Callable[[bool], object]) -> None:
        self._gone, self._input, self._both, self._end = gone, descriptors[0], set(descriptors), end
        self._wake, write = os.pipe()
        for descriptor in (self._wake, write):
            os.set_blocking(descriptor, False)
        self._write = write
        self._thread = threading.Thread(target=self._watch, name="moziplus-terminal", daemon=True)

    def start(self) -> None:
        """Begin. For the main thread: from now on signals are heard by this watch, whatever that thread waits for."""
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, frame: None)
        self._thread.start()

    def _watch(self) -> None:
        while True:
            ready, _, _ = select.select([self._wake], [], [], LOOK)
            heard = os.read(self._wake, 4096) if ready else b""
            if signal.SIGTERM in heard:
                return self._say(gone=False)
            if signal.SIGHUP in heard or self._is_gone():
                return self._say(gone=True)

    def _say(self, *, gone: bool) -> None:
        if gone:
            self._gone.set()
        self._end(gone)

    def _is_gone(self) -> bool:
        if self._gone.is_set() or any(hung_up(descriptor) for descriptor in self._both):
            return True
        return all(_ended(self._input) and not self._gone.wait(0.02) for _ in range(SURE))


class LastResort:
    """Ends the process where it does not end by itself in time; `before` is done first, in a thread of its own."""

    def __init__(self, before: Callable[[], object], give_back: Callable[[], object] = lambda: None) -> None:
        """`give_back` leaves the terminal as it was found, as far as it can without waiting for it."""
        self._before, self._give_back = before, give_back
        self._app_ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, grace: Grace = LEAVING) -> None:
        """From now on there is so much time; a second call changes nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._wait, args=(grace,), name="moziplus-end", daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """The app has ended by itself, and what follows is done; only the process has still to end in time."""
        self._app_ended.set()

    def _wait(self, grace: Grace) -> None:
        if not self._app_ended.wait(grace.by_itself):
            last = threading.Thread(target=self._before, name="moziplus-last", daemon=True)
            last.start()
            last.join(grace.at_all - grace.by_itself)
            self._give_back()
        else:
            threading.Event().wait(grace.at_all - grace.by_itself)
        os._exit(0)
