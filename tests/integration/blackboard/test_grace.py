"""Promises of the grace: what waits for a verdict by a key starts only when that cannot be taken back any more."""

from __future__ import annotations

import pytest

from console.blackboard.reads.grace import graces
from console.blackboard.reads.reviews import reviews_of
from console.blackboard.reads.scheduling import scheduling
from console.blackboard.writes.claims import check_claimable, claim_seat, claim_task
from console.blackboard.writes.verdicts import operator_verdict, undo_verdict
from console.errors import Conflict
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.grace import Grace
from console.records.policy import Policy
from console.records.review import Verdict
from tests.boards import BOSS, Board

BY_KEY = Actor(name="operator", origin=Origin.CONSOLE)


def judged_by_key(board: Board, verdict: Verdict = Verdict.APPROVE) -> tuple[int, int]:
    """A task that waits for another one, on which the operator has just pressed a key; when that was."""
    first = board.task("first", reviews=("output_review",))
    board.work(first.id)
    second = board.task("second", after=(first.id,))
    review = reviews_of(board.db, first.id)[-1]
    at = board.now()
    operator_verdict(board.db, review.id, verdict=verdict, comment="so", by=BY_KEY, now=at)
    return second.id, at


def test_what_waited_for_a_verdict_by_a_key_starts_only_when_that_cannot_be_taken_back_any_more(board: Board) -> None:
    task, at = judged_by_key(board)
    start = board.start("dev")
    with pytest.raises(Conflict, match="waits 6 s: the verdict on #1 can be taken back until then"):
        claim_task(board.db, task, start, by=SCHEDULER, now=at + 4_000, grace=10)
    with pytest.raises(Conflict, match="can be taken back"):
        check_claimable(board.db, "dev", task_id=task, now=at + 9_999, grace=10)
    assert claim_task(board.db, task, start, by=SCHEDULER, now=at + 10_000, grace=10).task_id == task


def test_a_verdict_that_was_taken_back_in_its_grace_has_started_nothing(board: Board) -> None:
    task, at = judged_by_key(board)
    undo_verdict(board.db, reviews_of(board.db, 1)[-1].id, by=BY_KEY, now=at + 9_000)
    assert not graces(board.db, at + 9_500, 10)
    with pytest.raises(Conflict, match="blocked"):
        claim_task(board.db, task, board.start("dev"), by=SCHEDULER, now=at + 60_000, grace=10)


def test_changes_that_were_asked_for_by_a_key_are_not_begun_within_its_grace(board: Board) -> None:
    _task, at = judged_by_key(board, Verdict.REQUEST_CHANGES)
    with pytest.raises(Conflict, match="the verdict on #1 can be taken back"):
        claim_task(board.db, 1, board.start("dev"), by=SCHEDULER, now=at + 1_000, grace=10)


def test_a_verdict_by_a_command_and_a_grace_of_nothing_wait_for_nobody(board: Board) -> None:
    task, at = judged_by_key(board)
    assert claim_task(board.db, task, board.start("dev"), by=SCHEDULER, now=at, grace=0).task_id == task
    board.task("third", reviews=("output_review",))
    board.work(3)
    operator_verdict(board.db, reviews_of(board.db, 3)[-1].id, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
    assert set(graces(board.db, board.now(), 600)) == {1, task}


def test_the_scheduler_looks_again_when_a_grace_ends_and_applies_no_plan_before(board: Board) -> None:
    task, at = judged_by_key(board)
    board.db.execute("UPDATE tasks SET kind = 'plan', applied_at = NULL WHERE id = 1")
    seen = scheduling(board.db, policy=Policy(), now=at + 4_000, limit=10)
    assert (seen.graces[task], seen.due_at, seen.retry_at, seen.to_apply) == (
        Grace(at + 10_000, 1),
        at + 10_000,
        at + 10_000,
        (),
    )
    after = scheduling(board.db, policy=Policy(), now=at + 10_000, limit=10)
    assert not after.graces and [plan.id for plan in after.to_apply] == [1]


def test_the_undoing_of_a_failed_task_and_the_reviewers_of_the_next_protocol_wait_for_it_too(board: Board) -> None:
    first = board.task("first", reviews=("output_review", "analysis_review"))
    board.work(first.id)
    undoing = board.task("undo of it")
    board.db.execute("UPDATE tasks SET kind = 'undo', from_task = ? WHERE id = ?", (first.id, undoing.id))
    at = board.now()
    operator_verdict(board.db, reviews_of(board.db, 1)[-1].id, verdict=Verdict.APPROVE, comment="so", by=BY_KEY, now=at)
    with pytest.raises(Conflict, match="waits 10 s: the verdict on #1"):
        claim_task(board.db, undoing.id, board.start("dev"), by=SCHEDULER, now=at, grace=10)
    following = reviews_of(board.db, first.id)[-1]
    assert following.protocol == "analysis_review"
    (seat,) = board.prepare("rev").seats
    with pytest.raises(Conflict, match="the verdict on #1 can be taken back"):
        check_claimable(board.db, "rev", task_id=first.id, seat_id=seat.id, now=at + 9_000, grace=10)
    with pytest.raises(Conflict, match="the verdict on #1 can be taken back"):
        claim_seat(board.db, seat.id, board.start("rev"), by=SCHEDULER, now=at + 9_000, grace=10)
    assert claim_seat(board.db, seat.id, board.start("rev"), by=SCHEDULER, now=at + 10_000, grace=10).seat_id == seat.id
