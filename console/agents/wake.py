"""Owns what wakes a runner: TERM, a child's end, and the time, without a descriptor more than its pipe.

HUP and INT mean nothing to a runner. It never raises where the system is out of descriptors.
"""

from __future__ import annotations

import os
import selectors
import signal

__all__ = ("Signals",)


class Signals:
    """Turns TERM, and a child's end, into bytes that wake the loop."""

    def __init__(self) -> None:
        self.term = False
        self.wake, write = os.pipe()
        for end in (self.wake, write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGCHLD):
            signal.signal(ignored, lambda number, frame: None)  # a handler, because SIG_IGN would be inherited
        signal.signal(signal.SIGTERM, self._terminate)

    def _terminate(self, number: int, frame: object) -> None:
        self.term = True

    def clear(self) -> None:
        """Forget what woke the loop."""
        try:
            while os.read(self.wake, 512):
                pass
        except OSError:  # nothing is left in it
            return

    def pause(self, seconds: float) -> None:
        """Wait, but not on after a signal."""
        with selectors.PollSelector() as waiting:  # needs no descriptor of its own, as epoll and kqueue do
            waiting.register(self.wake, selectors.EVENT_READ)
            waiting.select(seconds)
        self.clear()
