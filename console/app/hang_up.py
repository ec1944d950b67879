"""Owns what becomes of Textual's driver when the terminal is stopped, vanishes, or does not let the app end.

A terminal that hangs up sends SIGCONT along with SIGHUP, for which Textual's driver starts anew on a terminal that is gone:
its writer dies, and whoever writes afterwards waits for ever.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

__all__ = ("LastResort", "only_resume_what_was_suspended", "write_no_more")

GRACE = 20.0
"""Seconds that an app has for its end before the process is ended without it."""


def only_resume_what_was_suspended(driver: Any) -> None:
    """Take SIGCONT from the driver where it was not suspended before. For the main thread, once the driver is there."""

    def go_on(number: int, frame: object) -> None:
        if driver is not None and getattr(driver, "_must_signal_resume", False):
            driver.resume_application_mode()

    signal.signal(signal.SIGCONT, go_on)


def write_no_more(driver: Any) -> None:
    """The terminal is gone: what is still written goes nowhere, instead of into a queue that nobody empties."""
    if driver is not None:
        driver.write = lambda data: None


class LastResort:
    """Ends the process where the app has not ended by itself in time; `before` is done first, in a thread of its own."""

    def __init__(self, before: Callable[[], object], *, grace: float = GRACE) -> None:
        self._before, self._grace = before, grace
        self._timer: threading.Timer | None = None

    def start(self) -> None:
        """From now on there is so much time; a second call changes nothing."""
        if self._timer is None:
            self._timer = threading.Timer(self._grace, self._end)
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        """The app has ended."""
        if self._timer is not None:
            self._timer.cancel()

    def _end(self) -> None:
        try:
            self._before()
        finally:
            os._exit(0)
