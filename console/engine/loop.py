"""Owns the scheduler's loop: waiting in the wings, taking charge, ticking by the clock and at once on a cause, ending.

After a stall or a sleep it ticks once, never the backlog. Ending leaves the agents at work; the next scheduler adopts them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import Mapping

from console.agents.base import LocalAgents
from console.agents.everybody import AllAgents
from console.blackboard.reads.home import drains
from console.clock import Clock, SystemClock
from console.crash import crash_point
from console.engine.home_here import Where, home_id
from console.engine.home_watch import HomeWatch
from console.engine.in_charge import CONSOLE, InCharge, Wings, holder, take, take_or_conflict
from console.engine.life import SchedulerLife
from console.engine.live_settings import LiveSettings
from console.engine.observe import ONCE, World
from console.engine.wakes import Wakes
from console.errors import MoziError, Unavailable
from console.home import Home
from console.quiet import Quiet
from console.scheduler.actions import Action
from console.scheduler.decide import decide

__all__ = ("Scheduler", "plan")

WINGS = 0.5
"""Seconds between two tries to take charge; with the start of a life it must stay below 2 s."""
COURTESY = 3.0
"""Seconds that whoever gave way leaves to the others before it tries again."""

TROUBLED = 1.0
"""Seconds until a tick is tried again that a disk or a lock ended."""
PASSING = (OSError, MoziError, sqlite3.Error)
"""What a disk that is full or away for a moment, or somebody else's lock, looks like: no reason to end."""

_log = logging.getLogger("moziplus.scheduler")


class Scheduler:
    """A scheduler of one home, headless or in a thread of the console. `run` once; `stop` from any thread."""

    def __init__(
        self,
        home: Home,
        *,
        mode: str,
        clock: Clock | None = None,
        environ: Mapping[str, str] = os.environ,
        until_idle: bool = False,
        max_ticks: int | None = None,
    ) -> None:
        self.in_charge = False
        self._home = home
        self._mode = mode
        self._clock = clock or SystemClock()
        self._environ = environ
        self._until_idle = until_idle
        self._max_ticks = max_ticks
        self._home_id = home_id(home)
        self._lived = self._stopped = False
        self._quiet = Quiet(_log)
        self._wakes: Wakes | None = None

    def stop(self) -> None:
        """End soon. Safe early, late, twice, from any thread and from a signal handler."""
        self._stopped = True
        if self._wakes is not None:
            self._wakes.tell_from_thread("stop")

    async def run(self) -> int:
        """Take charge when that is possible, schedule until the end, give the exit code.

        Raises Conflict, which names the holder, where a bounded run finds somebody in charge, ConfigError where the
        settings are wrong at the start; a console's scheduler waits until they are mended.
        """
        self._wakes = Wakes()
        while not self._stopped:
            held = await self._take_charge()
            if held is None:
                break
            try:
                gives_way = await self._live(held)
            finally:
                self.in_charge = False
                held.release()
            if not gives_way:
                break
            await self._wait(COURTESY)
        return 0

    @property
    def _bounded(self) -> bool:
        return self._until_idle or self._max_ticks is not None

    async def _take_charge(self) -> InCharge | None:
        """The lock, or None where this scheduler was told to end while it waited for it."""
        if self._bounded:
            return take_or_conflict(self._home, mode=self._mode, clock=self._clock)
        while not self._stopped:
            try:
                if (held := self._taken()) is not None:
                    return held
                wings = Wings(self._home)
                break
            except PASSING as error:
                self._quiet.say("charge cannot be taken", str(error))
                await self._wait(WINGS)
        else:
            return None
        try:
            return await self._in_the_wings(wings)
        finally:
            wings.leave()

    async def _in_the_wings(self, wings: Wings) -> InCharge | None:
        earlier = await self._drains()  # before anybody can see that it waits, and asks
        wings.wait()
        _log.info("waiting in the wings: %s is in charge", holder(self._home))
        while not self._stopped:
            held = None
            try:
                held = self._taken()
                # read after taking: whoever was asked may have answered, ended, and left the lock
                asked = await self._drains()
                earlier = asked if earlier is None else earlier
                if (asked or frozenset()) - (earlier or frozenset()):  # it ends those that wait, too
                    return None
                if held is not None:
                    mine, held = held, None
                    return mine
                wings.wait()
                if asked is not None:
                    self._quiet.over("charge cannot be taken")
            except PASSING as error:
                self._quiet.say("charge cannot be taken", str(error))
            finally:
                if held is not None:
                    held.release()
            await self._wait(WINGS)
        return None

    def _taken(self) -> InCharge | None:
        """The lock, where it is free. Never that of another home which lies in the place of ours."""
        if (found := home_id(self._home)) != self._home_id:
            away = Where.AWAY if found is None else Where.ANOTHER
            raise Unavailable(f"{self._home.path} is {away}")
        return take(self._home, mode=self._mode, clock=self._clock)

    async def _drains(self) -> frozenset[str] | None:
        """The drains that were asked for, answered or not; None where that cannot be read.

        Which of them are new is not for the clock to say.
        """
        try:
            home_watch = await HomeWatch.open(self._home)
            try:
                return await home_watch.publish(drains)
            finally:
                await home_watch.close()
        except PASSING as error:
            self._quiet.say("charge cannot be taken", str(error))
            return None

    async def _live(self, held: InCharge) -> bool:
        """One life. True where it ended to give way to another scheduler."""
        assert self._wakes is not None
        try:
            life = await SchedulerLife.begin(self._home, held, self._wakes, self._clock, self._environ)
        except PASSING as error:
            if self._bounded or not (self._lived or self._mode == CONSOLE):
                raise  # in a console the operator sees what is wrong, mends it, and expects it to go on
            self._quiet.say("the scheduler cannot go on", str(error))
            return True
        self._lived = True
        self.in_charge = True
        crash_point("life.begun")
        try:
            await self._ticks(life)
        finally:
            await life.end()
        return life.gives_way

    async def _ticks(self, life: SchedulerLife) -> None:
        assert self._wakes is not None
        timed, next_timed, causes = 0, self._clock.monotonic(), frozenset({"start"})
        while not self._stopped:
            if self._clock.monotonic() >= next_timed:
                timed += 1
                next_timed = self._clock.monotonic() + life.interval  # never the backlog
                causes |= {"clock"}
            try:
                await life.tick(causes)
                if life.failing:  # a write that fails moves files, too: without a rest it would be its own cause
                    await asyncio.sleep(TROUBLED)
                self._quiet.over("this tick came to no end")
            except PASSING as error:
                if self._bounded:
                    raise
                self._quiet.say("this tick came to no end", str(error))
                await self._wait(TROUBLED)
            bounded = self._max_ticks is not None and timed >= self._max_ticks
            if life.over or bounded or (self._until_idle and await life.is_idle()):
                return
            if self._until_idle and life.waits_for:
                self._quiet.say("it is not idle", f"{life.waits_for}; it goes on then")
            rest = min(next_timed - self._clock.monotonic(), life.pause_until())
            causes = await self._wakes.wait(max(rest, 0.02))

    async def _wait(self, seconds: float) -> None:
        assert self._wakes is not None
        await self._wakes.wait(seconds)


async def plan(home: Home, clock: Clock, environ: Mapping[str, str] = os.environ) -> list[Action]:
    """What a tick would do now. Takes no charge, performs nothing."""
    settings = LiveSettings(home, environ)
    home_watch = await HomeWatch.open(home)
    agents = AllAgents(LocalAgents())
    world = World(home, settings, agents, home_watch, clock, patience=ONCE)
    try:
        return list(decide(await world.look(), settings.current.policy, world.seen_at))
    finally:
        await agents.close()
        await world.close()
        await home_watch.close()
