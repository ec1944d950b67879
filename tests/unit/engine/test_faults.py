"""Promises of console/engine/faults.py: told from the fifth failure in a row on, once, and until it is over."""

from __future__ import annotations

import pytest

from console.engine.faults import Faults, described, kind_of
from console.records.alert import Level
from console.records.session import SessionStatus
from console.scheduler.actions import Action, EndAlert, EndSession, Leave, RaiseAlert, StartTask
from tests.play import view

END = EndSession(project="p", session="s1", status=SessionStatus.LOST, counted=True, failure=None, retry_at=None)
START = StartTask(project="p", task_id=1, agent="dev")
TOLD = RaiseAlert(
    project="p",
    level=Level.ATTENTION,
    cause="fault:end session",
    body="the scheduler fails to end session, and tries on: odd; its log says more",
)
SAYS_SO = frozenset({"fault:end session", "cost"})


def failing(times: int) -> Faults:
    faults = Faults()
    for _ in range(times):
        faults.tried("p", ["end session", "start task"], {"end session": "odd"})
    return faults


@pytest.mark.parametrize(("action", "words"), [(END, "end session"), (START, "start task"), (Leave(), "leave")])
def test_an_action_is_named_in_words(action: Action, words: str) -> None:
    assert kind_of(action) == words


def test_the_log_names_what_an_action_is_about_and_shows_no_python() -> None:
    assert described(START) == "start task of p#1, agent dev"
    assert described(Leave()) == "leave"


def test_it_is_told_from_the_fifth_time_on_and_once() -> None:
    assert failing(4).alerts([view()], [END]) == []
    assert failing(5).alerts([view()], [END]) == [TOLD]
    assert failing(9).alerts([view(open_causes=SAYS_SO)], [END]) == []


def test_it_is_over_when_it_succeeds_or_nothing_asks_for_it() -> None:
    over = [EndAlert(project="p", cause="fault:end session")]
    faults = failing(5)
    faults.tried("p", ["end session"], {})
    assert faults.alerts([view(open_causes=SAYS_SO)], [END]) == over
    faults = failing(5)
    assert faults.alerts([view(open_causes=SAYS_SO)], [START]) == over
    assert faults.alerts([view()], [END]) == []


def test_a_project_that_was_not_looked_at_keeps_what_is_known_of_it() -> None:
    faults = failing(5)
    assert faults.alerts([view("q")], []) == []
    assert faults.alerts([view()], [END]) == [TOLD]


def test_the_log_has_each_error_once_in_a_row() -> None:
    faults = failing(2)
    assert not faults.is_news("p", "end session", "odd")
    assert faults.is_news("p", "end session", "odder")
    assert faults.is_news("p", "start task", "odd")
    assert faults.is_news("q", "end session", "odd")


def test_an_alert_that_cannot_be_raised_is_news_once_though_nobody_decides_on_it() -> None:
    faults = failing(5)
    faults.tried("p", ["raise alert"], {"raise alert": "the disk is full"})
    for _ in range(3):
        assert faults.alerts([view()], [END]) == [TOLD]
        assert not faults.is_news("p", "raise alert", "the disk is full")
    faults.tried("p", ["raise alert"], {})
    assert faults.is_news("p", "raise alert", "the disk is full")
