"""Promises of alerts on a real blackboard: one for each cause, ended when it goes, replaced only where that is asked for."""

from __future__ import annotations

from typing import Any

from console.blackboard.reads.notes import observations, open_causes, told_causes
from console.blackboard.writes.notes import end_alert, observe
from console.records.actor import SCHEDULER
from console.records.alert import Level
from tests.boards import Board


def told(board: Board, body: str, **more: Any) -> bool:
    made = observe(board.db, body, level=Level.URGENT, cause="config", by=SCHEDULER, now=board.now(), **more)
    return made is not None


def test_a_cause_has_one_alert_until_it_ends(board: Board) -> None:
    assert told(board, "line 3") and not told(board, "line 3") and not told(board, "line 9")
    assert told_causes(board.db) == {"config": "line 3"}
    assert end_alert(board.db, "config", now=board.now()) and not end_alert(board.db, "config", now=board.now())
    assert open_causes(board.db) == frozenset()
    assert told(board, "line 9")


def test_another_word_for_it_takes_the_place_of_the_first_however_often_it_is_said(board: Board) -> None:
    assert told(board, "line 3", anew=True)
    assert told(board, "line 9", anew=True)
    assert not told(board, "line 9", anew=True)
    assert told_causes(board.db) == {"config": "line 9"}
    assert [(one.body, one.ended_at is None) for one in observations(board.db)] == [("line 9", True), ("line 3", False)]
