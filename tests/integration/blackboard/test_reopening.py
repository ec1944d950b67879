"""Promises of reopening: only what somebody has worked on, for an approval makes a task done."""

from __future__ import annotations

import pytest

from console.blackboard.reads.reviews import reviews_of
from console.blackboard.writes.guardrails import decide_start
from console.blackboard.writes.reviews import open_for_operator
from console.blackboard.writes.stamps import the_task
from console.blackboard.writes.tasks import hold_task, release_task
from console.blackboard.writes.verdicts import operator_verdict, reopen_task
from console.errors import Conflict
from console.records.guardrail import Decision, Effect
from console.records.review import Verdict
from tests.boards import BOSS, Board


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_what_nobody_ever_worked_on_is_not_reopened(board: Board, status: str) -> None:
    board.task()
    if status == "failed":
        denied = Decision(rule="no", effect=Effect.DENY, reason="never")
        assert not decide_start(board.db, 1, denied, reviewing=False, by=BOSS, now=board.now())
    assert board.status(1) == status
    with pytest.raises(Conflict, match="nobody has worked on task #1 yet"):
        reopen_task(board.db, 1, by=BOSS, now=board.now())
    assert (board.status(1), reviews_of(board.db, 1)) == (status, ())


def test_what_was_begun_and_never_handed_in_is_not_reopened(board: Board) -> None:
    board.task(reviews=("output_review",))
    board.claim(1)
    hold_task(board.db, 1, reason="", by=BOSS, now=board.now())
    release_task(board.db, 1, by=BOSS, now=board.now())
    with pytest.raises(Conflict, match="task #1 was never handed in"):
        reopen_task(board.db, 1, by=BOSS, now=board.now())
    assert (board.status(1), reviews_of(board.db, 1)) == ("pending", ())


def test_a_review_of_what_nobody_worked_on_approves_nothing(board: Board) -> None:
    board.task()
    board.db.execute("UPDATE tasks SET status = 'review' WHERE id = 1")  # as a blackboard of before may have it
    review = open_for_operator(board.db, the_task(board.db, 1), None, None, "", "", BOSS, board.now())
    with pytest.raises(Conflict, match="no result to approve"):
        operator_verdict(board.db, review.id, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
    operator_verdict(board.db, review.id, verdict=Verdict.REJECT, comment="nobody did it", by=BOSS, now=board.now())
    assert board.status(1) == "failed"


def test_what_was_tried_once_and_waits_for_another_attempt_can_be_judged_as_it_is(board: Board) -> None:
    board.task(reviews=("output_review",))
    board.work(1)
    operator_verdict(board.db, 1, verdict=Verdict.REQUEST_CHANGES, comment="again", by=BOSS, now=board.now())
    assert board.status(1) == "pending"
    reopen_task(board.db, 1, by=BOSS, now=board.now())
    assert board.status(1) == "review"
