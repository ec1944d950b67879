"""Promises of parked asks: their task is held for the answer, costs no attempt, and goes on with it, whoever was first."""

from __future__ import annotations

import pytest

from console.blackboard.reads.asks import get_ask, open_asks
from console.blackboard.reads.needs import needs
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.asks import answer_ask, hear
from console.blackboard.writes.parked_asks import park, park_all
from console.blackboard.writes.sessions import end_session
from console.blackboard.writes.tasks import hold_task, release_task
from console.commands import asks as commands
from console.commands.context import Context
from console.commands.text import Prose
from console.errors import StaleFence, UsageError
from console.records.ask import AskStatus
from console.records.need import NeedKind
from console.records.session import Session, SessionStatus
from console.records.task import TaskStatus
from tests.boards import BOSS, Board
from tests.integration.blackboard.test_asks import T, asked, dev


@pytest.fixture
def working(board: Board) -> Session:
    """Of the agent at work on task 1."""
    board.task("the work")
    return board.claim(1)


def test_a_parked_task_is_held_costs_no_attempt_and_goes_on_with_the_answer(board: Board, working: Session) -> None:
    ask = park(board.db, asked(board, working).id, by=dev(working), now=T + 20)
    task = get_task(board.db, 1)
    assert (task.status, task.hold_reason) == (TaskStatus.HELD, "waits for an answer: A or B?")
    assert [need.kind for need in needs(board.db, "quant")] == [NeedKind.ASK], "the hold is no need of its own"
    end_session(board.db, working.id, status=SessionStatus.CANCELLED, now=T + 30)
    assert get_ask(board.db, ask.id).status == AskStatus.OPEN, "no session waits for it, its task does"
    answer_ask(board.db, ask.id, "B", by=BOSS, now=T + 40)
    task = get_task(board.db, 1)
    assert (task.status, task.attempts, task.preferred) == (TaskStatus.PENDING, 0, dev(working).name)
    assert board.db.execute("SELECT count(*) FROM guardrail_decisions").fetchone()[0] == 0


def test_a_parked_task_that_is_released_by_hand_waits_for_no_answer(board: Board, working: Session) -> None:
    ask = park(board.db, asked(board, working).id, by=dev(working), now=T + 20)
    release_task(board.db, 1, by=BOSS, now=T + 30)
    assert get_ask(board.db, ask.id).answer == "its task went on without an answer"


def test_a_parked_task_may_be_held_by_a_person_and_an_answer_alone_does_not_let_it_go_on(
    board: Board, working: Session
) -> None:
    ask = park(board.db, asked(board, working).id, by=dev(working), now=T + 20)
    assert hold_task(board.db, 1, reason="not today", by=BOSS, now=T + 30).hold_reason == "not today"
    answer_ask(board.db, ask.id, "B", by=BOSS, now=T + 40)
    assert get_task(board.db, 1).status == TaskStatus.HELD
    assert release_task(board.db, 1, by=BOSS, now=T + 50).status == TaskStatus.PENDING


def test_nobody_hands_back_a_task_whose_claim_has_ended_or_that_is_not_theirs(board: Board, working: Session) -> None:
    ask = asked(board, working)
    board.task("another")
    other = board.claim(2)
    with pytest.raises(UsageError, match="of task #1, which is not yours"):
        park(board.db, ask.id, fence=other.fence, by=dev(other), now=T + 20)
    hold_task(board.db, 1, reason="wait", by=BOSS, now=T + 20)
    release_task(board.db, 1, by=BOSS, now=T + 21)
    with pytest.raises(StaleFence):
        park(board.db, ask.id, fence=working.fence, by=dev(working), now=T + 30)
    assert get_task(board.db, 1).status == TaskStatus.PENDING


def test_a_task_whose_agent_ends_without_having_heard_the_answer_goes_on_with_it(
    board: Board, working: Session
) -> None:
    ask = asked(board, working)
    answer_ask(board.db, ask.id, "B", by=BOSS, now=T + 20)
    assert park_all(board.db, working.id, by=dev(working), now=T + 30)
    end_session(board.db, working.id, status=SessionStatus.SUCCEEDED, now=T + 30)
    task = get_task(board.db, 1)
    assert (task.status, task.attempts, task.preferred) == (TaskStatus.PENDING, 0, working.agent)
    later = board.claim(1)
    again = asked(board, later)
    hear(board.db, again.id, by=dev(later), now=T + 40)
    assert not park_all(board.db, later.id, by=dev(later), now=T + 50), "it heard, so what it leaves is its work"


def test_a_question_for_which_its_task_cannot_be_held_is_not_asked(board: Board, working: Session) -> None:
    board.task("kept by hand")
    hold_task(board.db, 2, reason="not now", by=BOSS, now=T + 5)
    question = commands.Question(task=2, text=Prose("A or B?"), end_turn=True)
    with pytest.raises(UsageError, match="task #2 is held and cannot wait for an answer"):
        commands.ask(Context(board.db, BOSS, T + 10), question)
    assert open_asks(board.db) == ()


def test_of_two_questions_of_a_parked_task_both_are_answered_before_it_goes_on(board: Board, working: Session) -> None:
    first, second = asked(board, working, "one?"), asked(board, working, "two?")
    assert park_all(board.db, working.id, by=dev(working), now=T + 20)
    answer_ask(board.db, first.id, "x", by=BOSS, now=T + 30)
    assert get_task(board.db, 1).status == TaskStatus.HELD
    answer_ask(board.db, second.id, "y", by=BOSS, now=T + 40)
    assert get_task(board.db, 1).status == TaskStatus.PENDING
