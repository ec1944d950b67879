"""Promises of console/scheduler/asks.py: a default holds at its moment, and whoever waits for a person owes no word."""

from __future__ import annotations

from console.records.ask import Ask
from console.scheduler.actions import ExpireAsks
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
