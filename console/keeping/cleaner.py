"""Owns when the scheduler removes what is old, and its doing so beside the tick: in a thread that the tick never waits for.

What it removes is decided by `clean` alone; being cut off anywhere costs nothing, the next time goes on.
"""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from console.home import Home
from console.keeping.keeper import due
from console.keeping.retention import clean
from console.records.awake import Awake
from console.settings import Retention, Settings

__all__ = ("Cleaner",)

_log = logging.getLogger("moziplus.keeping")


class Cleaner:
    """Cleans a home by the clock. `poll` from one thread; it only looks and starts, and takes no time."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._mark = home.state / "cleaned"
        """Its time is that of the last cleaning, so that a scheduler that starts anew does not begin again."""
        self._last: int | None = None
        self._cleaning: threading.Thread | None = None

    def poll(self, now: int, settings: Settings, awake: Awake = Awake()) -> bool:  # noqa: B008
        """Begin to clean where that is due; whether it did."""
        if self._last is None:
            self._last = _time_of(self._mark) or _time_of(self._home.home_mark)
        at_work = self._cleaning is not None and self._cleaning.is_alive()
        if at_work or not due(now, self._last, settings.retention.interval):
            return False
        self._last = now
        work = (settings.retention, settings.inbox.path, now, awake)
        self._cleaning = threading.Thread(target=self._clean, args=work, name="moziplus-clean", daemon=True)
        self._cleaning.start()
        return True

    def close(self, patience: float) -> None:
        """Let a cleaning under way come to its end, for at most `patience` seconds."""
        if self._cleaning is not None:
            self._cleaning.join(patience)

    def _clean(self, policy: Retention, inbox: Path, now: int, awake: Awake) -> None:
        try:
            freed = clean(self._home, policy, inbox=inbox, now=now, awake=awake)
            self._mark.touch()
            os.utime(self._mark, (now / 1000, now / 1000))
        except Exception:
            _log.exception("what is old could not be removed")
            return
        for entry in freed:
            if entry.problem:
                _log.warning("%s of %s were not cleaned: %s", entry.kind, entry.where or "the home", entry.problem)
        told = [
            f"{entry.count} {entry.kind}" + (f" of {entry.where}" if entry.where else "")
            for entry in freed
            if entry.count
        ]
        _log.info("removed what is old: %s", ", ".join(told) or "nothing")


def _time_of(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns // 1_000_000
    except OSError:
        return None
