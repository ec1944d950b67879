"""Promises of asks that are answered where they were asked: told there, closed from there, and their time counts."""

from __future__ import annotations

import pytest

from console.blackboard.reads.asks import get_ask, unheard, unsent_asks, waited
from console.blackboard.writes.asks import answer_ask, close_ask, hear
from console.errors import Conflict
from console.records.ask import AskStatus
from console.records.session import Session
from tests.boards import BOSS, Board
from tests.integration.blackboard.test_asks import T, asked, dev


@pytest.fixture
def working(board: Board) -> Session:
    """Of the agent at work on task 1."""
    board.task("the work")
    return board.claim(1)


def test_what_was_asked_by_another_door_is_told_there_and_nowhere_else(board: Board, working: Session) -> None:
    ask = asked(board, working, source="gateway", source_id="a-1")
    assert asked(board, working, source="gateway", source_id="a-1").id == ask.id
    answer_ask(board.db, ask.id, "A", by=BOSS, now=T + 20)
    assert not unheard(board.db, working.id), "a `blackboard` call of its agent says nothing of it"
    assert [found.said for found in unsent_asks(board.db, working.id, "gateway")] == ["A"]
    hear(board.db, ask.id, by=dev(working), now=T + 30)
    assert unsent_asks(board.db, working.id, "gateway") == ()


def test_what_whoever_asked_waits_for_no_more_is_closed_in_their_words(board: Board, working: Session) -> None:
    ask = asked(board, working, source="gateway", source_id="a-1")
    close_ask(board.db, ask.id, "it was settled in the gateway", by=dev(working), now=T + 20)
    found = get_ask(board.db, ask.id)
    assert (found.status, found.answer, found.answered_at) == (
        AskStatus.CLOSED,
        "it was settled in the gateway",
        T + 20,
    )
    with pytest.raises(Conflict, match="settled in the gateway"):
        answer_ask(board.db, ask.id, "A", by=BOSS, now=T + 30)


def test_the_time_for_which_a_session_could_not_go_on_is_counted_once(board: Board, working: Session) -> None:
    for number, (at, until) in enumerate([(100, 300), (200, 250), (250, 400), (500, None)]):
        ask = asked(board, working, body=f"{number}?", now=T + at, source="gateway", source_id=f"a-{number}")
        if until is not None:
            answer_ask(board.db, ask.id, "A", by=BOSS, now=T + until)
    asked(board, working, body="its own", now=T)
    assert waited(board.db, working.id, T + 550) == 300 + 50
