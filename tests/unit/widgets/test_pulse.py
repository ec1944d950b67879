"""Promises of the pulse: a tick is remembered once, the newest are drawn, and one alone says nothing."""

from __future__ import annotations

from widgets.marks import ASCII
from widgets.models import SchedulerState, World
from widgets.painted import Look
from widgets.pulse import MOST, Pulse, pulse_facts
from widgets.spark import spark


def ticked(at: int, ms: float) -> World:
    return World(scheduler=SchedulerState(known=True, last_tick_at=at, tick_ms=ms, limit=4))


def told(pulse: Pulse, began: tuple[int, ...] = ()) -> list[str]:
    facts = pulse_facts(pulse, began, ticked(0, 0), Look())
    return ["".join(text for text, _role in spans) for _indent, spans in facts]


def test_each_tick_is_remembered_once_and_the_newest_are_kept() -> None:
    pulse = Pulse()
    pulse.note(World())
    pulse.note(ticked(1, 5.0))
    pulse.note(ticked(1, 5.0))
    assert len(pulse.ticks) == 1 and told(pulse) == []
    for n in range(2, MOST + 9):
        pulse.note(ticked(n, float(n)))
    assert len(pulse.ticks) == MOST
    ticks, slots = told(pulse)
    assert "█" in ticks and "longest 32 ms" in ticks and "most 0 of 4" in slots


def test_what_was_begun_is_drawn_hour_by_hour() -> None:
    (line,) = told(Pulse(), (0, 1, 0, 8))
    assert "·▂·█" in line and "9 sessions in 4 hours" in line


def test_nothing_is_a_dot_and_bars_have_letters_where_there_are_no_marks() -> None:
    assert spark([0, 1, 2], ASCII) == "-+%" and spark([], ASCII) == ""
