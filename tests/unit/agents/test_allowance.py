"""Promises of an agent's run time: what it waits for an answer by a protocol does not count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from console.agents.allowance import Allowance
from console.blackboard.reads.asks import waited
from console.blackboard.writes.asks import NewAsk, add_ask, answer_ask
from console.records.actor import OPERATOR, Actor, Origin
from tests.fakes.clock import VirtualClock
from tests.live_sessions import Live, session_for

BOSS = Actor(name=OPERATOR, origin=Origin.CLI)


def live_for(tmp_path: Path, backend: str = "acp") -> tuple[Live, Allowance, VirtualClock]:
    live = session_for(tmp_path, ["true"], backend=backend, task_timeout=10)
    clock = VirtualClock(1_795_000_000_000)
    allowance = Allowance(live.spec, clock)
    allowance.begin(live.spec)
    return live, allowance, clock


def later(clock: VirtualClock, seconds: int) -> None:
    clock.move_to(clock.now() + seconds * 1000)


def ask(live: Live, clock: VirtualClock, *, source: str = "acp", name: str = "1") -> int:
    by = Actor(name="worker", origin=Origin.AGENT, session=live.spec.session)
    db = live.open()
    try:
        new = NewAsk(task_id=1, body=f"may I {name}?", source=source, source_id=name)
        return add_ask(db, new, by=by, now=clock.now()).id
    finally:
        db.close()


def answer(live: Live, clock: VirtualClock, number: int) -> None:
    db = live.open()
    answer_ask(db, number, "yes", by=BOSS, now=clock.now())
    db.close()


def test_it_is_over_when_the_limit_is_where_nothing_was_asked(tmp_path: Path) -> None:
    _, allowance, clock = live_for(tmp_path)
    later(clock, 10)
    assert not allowance.is_over()
    later(clock, 1)
    assert allowance.is_over()


def test_a_second_start_in_its_session_has_what_is_left_of_its_time(tmp_path: Path) -> None:
    live, allowance, clock = live_for(tmp_path, "command")
    later(clock, 7)
    allowance.begin(live.spec)
    later(clock, 3)
    assert not allowance.is_over()
    later(clock, 1)
    assert allowance.is_over()


def test_a_note_has_a_quarter_of_the_time_and_the_conversation_after_it_the_rest(tmp_path: Path) -> None:
    live, allowance, clock = live_for(tmp_path, "command")
    asks = replace(live.spec, task_timeout=12, hands_over=True, usage={"form": "claude"})
    allowance.begin(asks)
    later(clock, 4)
    assert allowance.is_over()
    allowance.begin(replace(asks, hands_over=False))
    later(clock, 8)
    assert not allowance.is_over()
    later(clock, 1)
    assert allowance.is_over()


def test_it_stands_while_an_answer_is_waited_for_and_goes_on_after_that(tmp_path: Path) -> None:
    live, allowance, clock = live_for(tmp_path)
    later(clock, 4)
    number = ask(live, clock)
    later(clock, 100)
    assert not allowance.is_over()
    answer(live, clock, number)
    later(clock, 5)
    assert not allowance.is_over()
    later(clock, 2)
    assert allowance.is_over()


def test_what_an_agent_asks_by_its_own_command_counts_as_its_time(tmp_path: Path) -> None:
    live, allowance, clock = live_for(tmp_path)
    ask(live, clock, source="blackboard")
    later(clock, 50)
    assert allowance.is_over()


def test_two_that_wait_at_once_are_waited_for_once(tmp_path: Path) -> None:
    live, _, clock = live_for(tmp_path)
    first = ask(live, clock)
    later(clock, 10)
    ask(live, clock, name="2")
    later(clock, 10)
    answer(live, clock, first)
    later(clock, 10)
    db = live.open()
    assert waited(db, live.spec.session, clock.now()) == 30_000
    db.close()
