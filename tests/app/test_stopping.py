"""Promises that a key which stops an agent stops it, also where whoever is in charge hangs or nobody is."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.app.app import Console
from tests.app.conftest import Opener
from tests.emergencies import Work, hung, nobody
from widgets.board import BoardColumns
from widgets.line_list import LineList


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    made = Work(tmp_path / "home")
    yield made
    made.close()


async def _stop_session(app: Console, pilot: Pilot[int], work: Work) -> None:
    pane = app.screen.query_one("#sessions", LineList)
    app.screen.focus_pane(pane)  # type: ignore[attr-defined]
    pane.move(next(n for n, row in enumerate(pane.rows) if row.session.id == work.sessions["quant"]))
    await pilot.press("D", "y")


async def _on_the_board(app: Console, pilot: Pilot[int], *keys: str) -> None:
    """On the first card, which somebody works on."""
    await pilot.press("2")
    await _until(pilot, lambda: app.screen.query(BoardColumns), 10)
    await _until(pilot, lambda: app.shown is not None and app.shown.full_target().task is not None, 10)
    await pilot.press(*keys)


async def _until(pilot: Pilot[int], promise: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not promise():
        assert time.monotonic() < end, promise
        await pilot.pause()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("fault", [hung, pytest.param(nobody, marks=pytest.mark.drill)], ids=["hung", "nobody"])
async def test_the_key_that_stops_a_session_ends_its_agent(
    work: Work, opened: Opener, fault: Callable[[Work], None]
) -> None:
    fault(work)
    async with opened(work.home) as (app, pilot):
        await _until(pilot, lambda: len(app.screen.query_one("#sessions", LineList).rows) == 2, 10)
        await _stop_session(app, pilot, work)
        await _until(pilot, lambda: work.alive("quant") == 0, 30)
        await _until(pilot, lambda: any("this console did" in one.message for one in app._notifications), 30)
        assert work.alive("other") > 0


async def test_a_console_that_is_left_at_once_has_stopped_the_agent_all_the_same(work: Work, opened: Opener) -> None:
    hung(work)
    async with opened(work.home) as (app, pilot):
        await _until(pilot, lambda: len(app.screen.query_one("#sessions", LineList).rows) == 2, 10)
        await _stop_session(app, pilot, work)
        await _until(pilot, lambda: any("is being stopped" in one.message for one in app._notifications), 10)
    end = time.monotonic() + 30
    while work.alive("quant"):
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "keys", [("D", "down", "enter"), pytest.param(("b", "enter"), marks=pytest.mark.drill)], ids=["cancel", "hold"]
)
async def test_the_keys_that_cancel_and_hold_a_task_end_its_agent(
    work: Work, opened: Opener, keys: tuple[str, ...]
) -> None:
    work.scheduler.send_signal(signal.SIGSTOP)
    async with opened(work.home) as (app, pilot):
        await _on_the_board(app, pilot, *keys)
        await _until(pilot, lambda: 0 in (work.alive("quant"), work.alive("other")), 30)
