"""Owns when the scheduler makes a backup, and its making beside the tick: in threads that the tick never waits for.

After a sleep there is one backup, never the backlog. A NAS that hangs holds up nothing but its own thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from console.errors import Conflict
from console.home import Home
from console.keeping.backup import back_up
from console.keeping.copies import HOME_NAME, folder_of, listed, newest
from console.keeping.destination import CAUSE, bring, destination_of
from console.keeping.told import tell
from console.settings import Backup

__all__ = ("Keeper", "due")

_log = logging.getLogger("moziplus.keeping")


def due(now: int, last: int | None, interval: int) -> bool:
    """Whether a backup is due at `now`, the last one having begun at `last` (epoch ms); `interval` in seconds, 0 for never.

    A `last` that lies far in the future comes from a clock that was wrong.
    """
    if interval <= 0:
        return False
    return last is None or abs(now - last) >= interval * 1000


class Keeper:
    """Backs a home up by the clock. `poll` from one thread; it only looks and starts, and takes no time.

    `on_done` is called from another thread when copies were made.
    """

    def __init__(self, home: Home, on_done: Callable[[], None] = lambda: None) -> None:
        self._home = home
        self._on_done = on_done
        self._last: int | None = None
        self._copying: threading.Thread | None = None
        self._at_work = False
        self._bringing: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether copies are being made now."""
        return self._at_work

    def poll(self, now: int, policy: Backup, *, keep_all: bool = False) -> bool:
        """Begin a backup where one is due; whether it did. With `keep_all` no older copy goes for it."""
        if self._last is None:
            self._last = self._begins(now)
        if self.busy or not due(now, self._last, policy.interval):
            return False
        self._last, self._at_work = now, True
        self._copying = self._start(lambda: self._copy(now, policy, keep_all), "moziplus-backup", self._copied)
        return True

    def close(self, patience: float = 5.0) -> None:
        """Let a backup under way come to its end, for at most `patience` seconds; one that is cut off leaves nothing bad."""
        for thread in (self._copying, self._bringing):
            if thread is not None:
                thread.join(patience)

    def _begins(self, now: int) -> int | None:
        """From when on the interval counts: the last backup, else the making of the home."""
        last = newest(listed(folder_of(self._home, HOME_NAME)), now)
        if last is not None:
            return last.at
        try:
            return self._home.home_mark.stat().st_mtime_ns // 1_000_000
        except OSError:
            return None

    def _copied(self) -> None:
        self._at_work = False
        self._on_done()

    def _copy(self, now: int, policy: Backup, keep_all: bool) -> None:
        try:
            outcomes = back_up(self._home, policy, now=now, keep_all=keep_all)
        except Conflict as error:
            _log.info("no backup now: %s", error)
            return
        failed = [outcome for outcome in outcomes if outcome.problem]
        for outcome in failed:
            _log.warning("%s was not backed up: %s", outcome.project, outcome.problem)
        _log.info("backed up %d of %d databases", len(outcomes) - len(failed), len(outcomes))
        folder = destination_of(policy)
        if folder is None:
            tell(self._home, CAUSE, None, now=now)
            return
        if self._bringing is not None and self._bringing.is_alive():
            problem = f"the backup destination {folder} does not answer; the copies stay in {self._home.backups}"
            tell(self._home, CAUSE, problem, now=now)
            return
        self._bringing = self._start(lambda: self._bring(now, policy), "moziplus-backup-destination")

    def _bring(self, now: int, policy: Backup) -> None:
        folder = destination_of(policy)
        if folder is not None and (problem := bring(self._home, policy, folder, now=now).problem):
            _log.warning("%s", problem)

    def _start(
        self, work: Callable[[], None], name: str, on_done: Callable[[], None] = lambda: None
    ) -> threading.Thread:
        thread = threading.Thread(target=_logged, args=(work, name, on_done), name=name, daemon=True)
        thread.start()
        return thread


def _logged(work: Callable[[], None], name: str, on_done: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        _log.exception("%s failed", name)
    finally:
        on_done()
