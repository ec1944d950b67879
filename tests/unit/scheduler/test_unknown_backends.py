"""Promises of console/scheduler/unknown_backends.py: what a newer moziplus started is told of, once, until it is gone."""

from __future__ import annotations

from console.records.ending import Life
from console.scheduler.actions import EndAlert, RaiseAlert
from tests.play import Play, present, view

TOLD = "unknown-backend:s1"


def test_a_session_of_a_backend_that_is_not_known_is_told_of_until_it_is_gone() -> None:
    foreign = present(backend="carrier", life=Life.UNKNOWN)
    (raised,) = Play(view(present=(foreign,))).decides()
    assert isinstance(raised, RaiseAlert) and raised.cause == TOLD
    assert "dev works on task #1 by the backend carrier" in raised.body
    play = Play(view(present=(foreign,), open_causes=frozenset({TOLD}))).then()
    play.project(present=()).then(EndAlert(project="p", cause=TOLD))
