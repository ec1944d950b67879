"""Promises of console/scheduler/asks.py: a default holds at its moment, and whoever waits for a person owes no word."""

from __future__ import annotations

from dataclasses import replace

from console.records.ask import Ask
from console.records.session import StopReason
from console.scheduler.actions import ExpireAsks, StopSession
from tests.play import NOW, SECOND, Play, present, view

EXPIRE = ExpireAsks(project="p")


def waits(**more: object) -> Ask:
    return Ask(id=1, task_id=1, session="s1", body="go on?", about={}, at=NOW, **more)  # type: ignore[arg-type]


def test_an_ask_takes_its_default_when_its_time_is_over_and_not_before() -> None:
    asked = waits(expires_at=NOW + 5 * SECOND, fallback="yes")
    Play(view(asks=(asked,))).after(4).then().after(1).then(EXPIRE)


def test_one_without_a_default_waits() -> None:
    Play(view(asks=(waits(),))).after(10_000).then()


def test_an_agent_that_waits_for_a_person_is_not_called_silent() -> None:
    Play(view(present=(present(),), asks=(waits(),))).after(500).then()


def test_one_whose_task_waits_instead_is() -> None:
    (raised,) = Play(view(present=(present(),), asks=(waits(parked=True),))).after(500).decides()
    assert getattr(raised, "cause", "") == "silent:s1"


def test_the_run_time_stands_while_a_run_cannot_go_on_before_the_answer_and_goes_on_from_there() -> None:
    """A run of the gateway that wants leave; one that only waits for its own question runs out of time as ever."""
    late = StopSession(project="p", session="s1", reason=StopReason.TIMEOUT)
    at_work = present(last_word_at=NOW + 700 * SECOND)
    Play(view(present=(at_work,), asks=(waits(source="gateway"),))).after(700).then()
    Play(view(present=(at_work,), asks=(waits(),))).after(700).then(late)
    went_on = Play(view(present=(replace(at_work, waited=300 * SECOND),)))
    went_on.after(700).then().after(215)
    went_on.project(present=(replace(present(last_word_at=went_on.now), waited=300 * SECOND),)).then(late)
