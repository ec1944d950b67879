"""Owns the inbox as the scheduler has it: polled on a hint and at each interval, its effects told as causes to look.

What messages mean is not known here. Trouble with the inbox stops nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from console.clock import Clock
from console.engine.home_here import HomeHere, Where
from console.engine.live_settings import LiveSettings
from console.engine.observe import World
from console.engine.wakes import Wakes
from console.errors import MoziError
from console.home import Home
from console.inbox.consumer import Applied, InboxConsumer

__all__ = ("InboxWatch",)

TROUBLED = 5.0
"""Seconds until the inbox is tried again after it could not be read."""

_log = logging.getLogger("moziplus.inbox")


class InboxWatch:
    """The inbox of one life of the scheduler."""

    def __init__(
        self, home: Home, settings: LiveSettings, world: World, wakes: Wakes, clock: Clock, here: HomeHere
    ) -> None:
        self._here = here
        self._settings = settings
        self._world = world
        self._wakes = wakes
        self._consumer = InboxConsumer(home, lambda: settings.current, clock, lambda: world.time.doubt is not None)
        self._hint = asyncio.Event()
        self._trouble: str | None = None
        self._idle = False

    @property
    def folder(self) -> Path:
        """Where lines appear."""
        return self._settings.current.inbox.path.parent

    @property
    def pending(self) -> int:
        """What is not applied yet."""
        return self._consumer.pending

    def hint(self) -> None:
        """Something happened in its folder."""
        self._hint.set()

    async def follow(self) -> None:
        """Poll until cancelled."""
        while True:
            self._hint.clear()
            applied = await self._poll()
            if applied.more:
                continue
            rest = TROUBLED if self._trouble else self._settings.current.inbox.watch_interval
            try:
                async with asyncio.timeout(rest):
                    await self._hint.wait()
            except TimeoutError:
                continue

    async def is_settled(self) -> bool:
        """Whether all that was written has been applied, as far as its projects can be reached; polls once more."""
        await self._poll()
        return self._consumer.idle or self._trouble is not None

    async def close(self) -> None:
        """Let go of it; what is under way is committed whole or not at all."""
        await self._consumer.close()

    async def _poll(self) -> Applied:
        if self._here.look() != Where.HERE:
            return Applied()  # lines that lie there now may be another home's
        try:
            applied = await self._consumer.poll()
        except Exception as error:  # agents must go on whatever is wrong with the inbox or its database
            if str(error) != self._trouble:
                unexpected = not isinstance(error, MoziError | OSError)
                _log.warning("the inbox cannot be read: %s", error, exc_info=error if unexpected else None)
            self._trouble = str(error)
            return Applied()
        self._trouble = None
        if applied.projects or applied.woken:
            await self._world.changed(applied.projects)
            self._wakes.tell("inbox")
        elif self._consumer.idle and not self._idle:
            self._wakes.tell("inbox read")
        self._idle = self._consumer.idle
        return applied
