"""Owns where a scheduler lives: in the foreground of a headless process, or in a thread of the console.

Both run the same Scheduler. It never touches the console's own loop, and the console never waits for it but at the end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping

from console.clock import Clock, SystemClock
from console.engine.in_charge import CONSOLE, HEADLESS
from console.engine.loop import Scheduler, plan
from console.home import Home
from console.open_files import raise_limit
from console.scheduler.actions import Action

__all__ = ("EmbeddedScheduler", "dry_run", "run_headless")

SWITCH = 0.001
"""Seconds until a thread that computes lets another one go on: databases have threads of their own, and so has the screen."""

_log = logging.getLogger("moziplus.engine")


def run_headless(
    home: Home,
    *,
    until_idle: bool = False,
    max_ticks: int | None = None,
    clock: Clock | None = None,
    environ: Mapping[str, str] = os.environ,
) -> int:
    """Schedule `home` from this process until SIGTERM or SIGINT, a drain, idleness or `max_ticks`; gives the exit code.

    Beside a holder it waits in the wings; with `until_idle` or `max_ticks` it raises Conflict, which names the holder.
    Agents go on when it ends: the next scheduler adopts them.
    """
    sys.setswitchinterval(SWITCH)
    raise_limit()
    scheduler = Scheduler(
        home, mode=HEADLESS, clock=clock or SystemClock(), environ=environ, until_idle=until_idle, max_ticks=max_ticks
    )
    return asyncio.run(_with_signals(scheduler))


def dry_run(home: Home, *, clock: Clock | None = None, environ: Mapping[str, str] = os.environ) -> list[Action]:
    """What a tick would do now. Takes no charge, performs nothing, writes nothing."""
    return asyncio.run(plan(home, clock or SystemClock(), environ))


async def _with_signals(scheduler: Scheduler) -> int:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, scheduler.stop)
    if os.getppid() != 1 and sys.stdin is not None and sys.stdin.isatty():
        loop.add_signal_handler(signal.SIGHUP, scheduler.stop)
    return await scheduler.run()


class EmbeddedScheduler:
    """A scheduler in a thread of its own, with its own event loop and connections. Starts and stops once."""

    def __init__(self, home: Home, *, clock: Clock | None = None, environ: Mapping[str, str] = os.environ) -> None:
        self._scheduler = Scheduler(home, mode=CONSOLE, clock=clock or SystemClock(), environ=environ)
        self._thread = threading.Thread(target=self._live, name="moziplus-scheduler", daemon=True)
        self.failure: BaseException | None = None
        """Why it ended by itself, where it did."""

    @property
    def in_charge(self) -> bool:
        """Whether this scheduler is in charge now; else it waits in the wings, or has ended."""
        return self._scheduler.in_charge

    @property
    def alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin. Threads hand over to each other within 1 ms from now on, so that neither side makes the other wait."""
        sys.setswitchinterval(SWITCH)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """Let go of the home and end; agents go on. Safe early and twice. False where it did not end in `timeout` s."""
        self._scheduler.stop()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _live(self) -> None:
        try:
            asyncio.run(self._scheduler.run())
        except BaseException as failure:
            self.failure = failure
            _log.exception("the embedded scheduler ended by itself")
