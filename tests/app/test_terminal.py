"""Promises what goes to the terminal besides the screen: it rings once for each thing that comes up, and takes copies."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest

from console.app.calls import Calls
from console.app.terminal import COPY_MAX, Terminal
from console.blackboard.connection import open_project
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.notes import observe
from console.home import Home
from console.records.actor import SCHEDULER
from console.records.alert import Level
from console.records.need import Need, NeedKind
from tests.app.conftest import Opener
from tests.app.sample import NOW
from tests.app.world import stand_on, until
from widgets.models import NeedRow, SchedulerState, World

ANALYSIS = 6


def need(number: int, title: str = "回测") -> NeedRow:
    return NeedRow(
        need=Need(kind=NeedKind.HELD, project="quant", task_id=number, title=title, reason="ask first", since=NOW)
    )


def world(*needs: NeedRow) -> World:
    return World(needs=needs, scheduler=SchedulerState(known=True))


def copied(written: list[str]) -> str:
    """What the last copy puts on the clipboard."""
    found = re.findall("\x1b]52;c;([^\x07]*)\x07", "".join(written))
    return base64.b64decode(found[-1]).decode()


def test_each_thing_calls_once_when_it_comes_up_and_nothing_does_at_first() -> None:
    calls = Calls()
    assert calls.news(World()) == ""
    assert calls.news(world(need(1))) == "", "what waited when the console was opened is on the screen"
    assert calls.news(world(need(1), need(2))) == "quant#2  回测  ask first"
    assert calls.news(world(replace(need(2), confidence=0.5))) == ""
    assert calls.news(world(need(1), need(2), need(3))) == "2 things need you"
    assert calls.news(World()) == "", "a home that cannot be read for a moment forgets nothing"
    assert calls.news(world(need(1), need(2), need(3))) == ""


@pytest.mark.parametrize(("bell", "sent"), [("on", "\x07\x1b]9;moziplus: red text\x07"), ("bell", "\x07"), ("off", "")])
def test_it_rings_as_the_operator_wants_it_and_hostile_words_send_nothing_else(bell: str, sent: str) -> None:
    assert Terminal({}, bell).call("\x1b[31mred\x07\ntext\x1b]52;c;AAAA\x07") == sent


def test_inside_tmux_both_forms_are_sent() -> None:
    sequence, _whole = Terminal({"TMUX": "socket,1,0"}).copy("a")
    assert sequence == "\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\"


def test_a_long_copy_ends_at_a_whole_character_and_says_so() -> None:
    sequence, whole = Terminal({}).copy("策" * COPY_MAX)
    assert not whole and len(sequence) < 75_000
    assert set(copied([sequence])) == {"策"}


async def test_the_console_rings_for_what_needs_you_now_and_copies_what_is_under_the_cursor(
    home: Home, opened: Opener
) -> None:
    db, written = open_project(home.project_folder("quant")), list[str]()
    async with opened(home, write=written.append) as (app, pilot):
        assert written == []
        observe(db, "disk \x1b[31mfull", level=Level.URGENT, cause="test", by=SCHEDULER, now=NOW)
        await until(pilot, lambda: written)
        assert written[0].startswith("\x07\x1b]9;moziplus: quant disk full")
        stand_on(app, ANALYSIS)
        await pilot.press("y")
        assert copied(written) == f"quant#{ANALYSIS}"
        await pilot.press("Y")
        task = get_task(db, ANALYSIS)
        assert copied(written) == f"quant#{ANALYSIS} {task.title}" + (f"\n\n{task.body}" if task.body else "")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.current.text)  # type: ignore[attr-defined]
        await pilot.press("Y")
        assert task.title in copied(written)
