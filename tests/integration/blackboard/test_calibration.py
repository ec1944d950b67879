"""Whose confidence holds: which confident approvals count as overturned, and which do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.blackboard.reads.calibration import Calibration, calibration
from console.blackboard.writes.verdicts import operator_verdict, reopen_task, undo_verdict
from console.records.review import Verdict
from tests.boards import BOSS, Board

APPROVE, CHANGES, REJECT, ABSTAIN = Verdict


def operator(board: Board, verdict: Verdict, review: int = 1) -> None:
    operator_verdict(board.db, review, verdict=verdict, comment="mine", by=BOSS, now=board.now())


def of(board: Board, reviewer: str) -> Calibration:
    return next(one for one in calibration(board.db) if one.reviewer == reviewer)


def test_nobody_has_a_record_before_the_first_verdict(reviewed: Board) -> None:
    assert calibration(reviewed.db) == ()
    operator(reviewed, APPROVE)
    assert calibration(reviewed.db) == (), "the operator is nobody's reviewer"


def test_verdicts_are_counted_by_kind_with_the_mean_of_their_confidence(reviewed: Board) -> None:
    reviewed.verdict(CHANGES)
    reviewed.work(1)
    reviewed.verdict(APPROVE, score=0.8)
    one = of(reviewed, "rev")
    assert (one.verdicts[CHANGES], one.verdicts[APPROVE], one.given) == (1, 1, 2)
    assert (one.confidence, one.confident, one.overturned, one.overturned_share) == (0.8, 1, 0, 0.0)


def test_an_approval_below_the_threshold_is_not_confident(reviewed: Board) -> None:
    reviewed.verdict(APPROVE, score=0.5)
    operator(reviewed, REJECT)
    one = of(reviewed, "rev")
    assert (one.confident, one.overturned_share) == (0, None)


def test_a_reopened_task_overturns_its_approval(reviewed: Board) -> None:
    reviewed.verdict(APPROVE)
    reopen_task(reviewed.db, 1, by=BOSS, now=reviewed.now())
    assert of(reviewed, "rev").overturned == 1


def by_the_operator(board: Board) -> None:
    board.prepare("a", "b")
    board.reviewer_says("a", APPROVE)
    operator(board, REJECT)


def by_whom_it_went_to(board: Board) -> None:
    board.prepare("a", "b", ladder=("boss",))
    board.reviewer_says("a", APPROVE)
    board.reviewer_says("b", REJECT)
    board.reviewer_says("boss", REJECT)


def in_a_later_round(board: Board) -> None:
    board.prepare("a", "b")
    board.reviewer_says("a", APPROVE)
    board.reviewer_says("b", CHANGES)
    board.work(1)
    board.prepare("b")
    board.reviewer_says("b", CHANGES)


@pytest.mark.parametrize("overturned", [by_the_operator, by_whom_it_went_to, in_a_later_round])
def test_the_opposite_said_later_overturns_it(reviewed: Board, overturned: Callable[[Board], None]) -> None:
    overturned(reviewed)
    assert of(reviewed, "a").overturned == 1


def test_a_later_protocol_overturns_an_earlier_one_and_never_the_plan(board: Board) -> None:
    board.task("the work", reviews=("plan_review", "output_review", "final_review"))
    board.prepare("planner")
    board.reviewer_says("planner", APPROVE)
    board.work(1)
    board.prepare("first")
    board.reviewer_says("first", APPROVE)
    board.prepare("last")
    board.reviewer_says("last", REJECT)
    assert (of(board, "first").overturned, of(board, "planner").overturned) == (1, 0)


def test_a_colleague_of_the_same_round_and_a_verdict_taken_back_overturn_nothing(reviewed: Board) -> None:
    reviewed.prepare("a", "b")
    reviewed.reviewer_says("a", APPROVE)
    reviewed.reviewer_says("b", CHANGES)
    assert of(reviewed, "a").overturned == 0
    reviewed.work(1)
    operator(reviewed, CHANGES)
    assert of(reviewed, "a").overturned == 1
    undo_verdict(reviewed.db, 1, by=BOSS, now=reviewed.now())
    assert of(reviewed, "a").overturned == 0


def test_two_projects_make_one_record() -> None:
    one = Calibration(reviewer="a", verdicts={APPROVE: 2}, scored=2, sum_confidence=1.0, confident=1, overturned=1)
    both = one.plus(Calibration(reviewer="a", verdicts={REJECT: 1}, scored=2, sum_confidence=2.0, confident=3))
    assert (both.given, both.confidence, both.overturned_share) == (3, 0.75, 0.25)
