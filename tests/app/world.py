"""Runs the console for tests: a clock that stands still, and waiting until everything that was set going has arrived."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

from textual.pilot import Pilot

from console.app.app import Console
from console.app.exporting import text_of_screen
from console.home import Home
from tests.app.sample import NOW
from widgets.line_list import LineList
from widgets.models import NeedRow

PATIENCE = 30.0
"""Seconds; a machine that runs everything else at once has kept a screen waiting for more than ten."""


class FixedClock:
    """Shows NOW for people; durations are real, or waiting would never end."""

    def __init__(self, now: int = NOW) -> None:
        self.ms = now

    def now(self) -> int:
        """Epoch ms."""
        return self.ms

    def monotonic(self) -> float:
        """Seconds."""
        return time.monotonic()

    def continuous(self) -> float:
        """Seconds."""
        return time.monotonic()


def silent_for(home: Home, seconds: float) -> None:
    """Whoever is in charge of `home` has not said for so long that it goes on: by the machine's own clock, as it tells."""
    told = os.stat(home.in_charge_lock).st_mtime_ns
    os.utime(home.in_charge_lock, ns=(round((time.monotonic() - seconds) * 1e9), told))


async def until(pilot: Pilot[int], promise: Callable[[], object], what: str = "") -> None:
    """Wait until `promise` holds; fails after PATIENCE seconds, with what is on the screen then."""
    end = time.monotonic() + PATIENCE
    while not promise():
        assert time.monotonic() < end, f"this never came true: {what or promise}\n{_screen(pilot)}"
        await pilot.pause()
        await asyncio.sleep(0.01)


def _screen(pilot: Pilot[int]) -> str:
    return text_of_screen(pilot.app) if isinstance(pilot.app, Console) else ""


def stand_on(app: Console, task: int, project: str = "quant") -> NeedRow:
    """Put the cursor of what needs the operator on the row of a task, and give that."""
    pane = app.screen.query_one("#needs", LineList)
    place, row = next(
        (n, row) for n, row in enumerate(pane.rows) if (row.need.project, row.need.task_id) == (project, task)
    )
    app.screen.focus_pane(pane)  # type: ignore[attr-defined]
    pane.move(place - pane.cursor)
    assert isinstance(row, NeedRow)
    return row


async def settle(app: Console, pilot: Pilot[int]) -> None:
    """Wait until the feed has shown what it knows and every errand is back."""
    await until(pilot, lambda: app.world.scheduler.known, "the first world")
    for _n in range(3):
        await _errands_done(app, pilot)
        await pilot.pause()


async def _errands_done(app: Console, pilot: Pilot[int]) -> None:
    done: list[bool] = []
    app.errands.run_after(lambda: done.append(True))
    await until(pilot, lambda: done, "errands are done")
