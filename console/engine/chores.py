"""Owns what a scheduler does for the house beside its ticks: backups and cleaning by the clock, alerts told while nobody looks.

A tick only says what time it is; the work is done in threads that it never waits for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from console.engine.wakes import Wakes
from console.home import Home
from console.keeping.cleaner import Cleaner
from console.keeping.keeper import Keeper
from console.keeping.notify import Notifier
from console.quiet import Quiet
from console.records.awake import Awake
from console.settings import Settings
from console.spawn import spawn

__all__ = ("Chores",)

_log = logging.getLogger("moziplus.engine")


class Chores:
    """The chores of one life of the scheduler."""

    def __init__(self, home: Home, wakes: Wakes) -> None:
        self._keeper = Keeper(home, on_done=lambda: wakes.tell_from_thread("backup"))
        self._cleaner = Cleaner(home)
        self._notifier = Notifier(home)
        self._asked: tuple[int, Settings] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._quiet = Quiet(_log)

    @property
    def busy(self) -> bool:
        """Whether a backup is under way, for whose end one may want to wait."""
        return self._keeper.busy

    def poll(self, now: int, settings: Settings, *, doubted: bool = False, awake: Awake = Awake()) -> None:  # noqa: B008
        """It is `now`; begin what is due. While the clock is doubted nothing is removed."""
        self._begin("no backup can be begun", lambda: self._keeper.poll(now, settings.backup, keep_all=doubted))
        if not doubted:
            self._begin("no cleaning can be begun", lambda: self._cleaner.poll(now, settings, awake))
        if settings.notify.command:
            self._asked = now, settings
            if self._looking is None or self._looking.done():
                self._looking = spawn(self._look(), name="look for alerts to tell")

    def _begin(self, trouble: str, poll: Callable[[], object]) -> None:
        try:
            poll()
        except (OSError, RuntimeError) as error:
            self._quiet.say(trouble, str(error))
        else:
            self._quiet.over(trouble)

    async def close(self) -> None:
        """Let what is under way come to its end, for a moment."""
        if self._looking is not None:
            self._looking.cancel()
        await asyncio.to_thread(self._keeper.close, 1.0)
        await asyncio.to_thread(self._cleaner.close, 1.0)
        await asyncio.to_thread(self._notifier.close, 1.0)

    async def _look(self) -> None:
        """Asking for the times of many files takes longer than a tick may."""
        while self._asked is not None:
            (now, settings), self._asked = self._asked, None
            await asyncio.to_thread(self._notifier.poll, now, settings.notify)
