"""The review of a task's own text on a real blackboard: before it starts, whatever its text does meanwhile."""

from __future__ import annotations

import pytest

from console.blackboard.connection import write
from console.blackboard.reads.notes import comments
from console.blackboard.reads.reviews import get_review, open_rounds, reviews_of, thread
from console.blackboard.reads.tasks import get_task, ready_tasks
from console.blackboard.writes.reviews import require_review
from console.blackboard.writes.tasks import cancel_task, edit_task, hold_task, release_task, retry_task
from console.blackboard.writes.verdicts import operator_verdict, reopen_review, undo_verdict
from console.errors import Conflict
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.review import Verdict
from console.records.task import TaskStatus
from tests.boards import BOSS, Board, recount

LEAD = Actor(name="lead", origin=Origin.AGENT)


@pytest.fixture
def planned(board: Board) -> Board:
    """A board whose task #1 asks for a plan review and a review of its output."""
    board.task("sell everything", reviews=("plan_review", "output_review"), body="all\nof it")
    return board


def test_a_task_that_asks_for_it_is_not_claimed_before_its_plan_is_approved(planned: Board) -> None:
    (waiting,) = open_rounds(planned.db)
    assert (waiting.review.protocol, waiting.review.author, waiting.review.round) == ("plan_review", "operator", 1)
    assert ready_tasks(planned.db, now=planned.now()) == ()
    with pytest.raises(Conflict, match="under review"):
        planned.claim(1)
    assert planned.verdict(Verdict.APPROVE).status == "approved"
    assert (planned.status(1), [t.id for t in ready_tasks(planned.db, now=planned.now())]) == ("pending", [1])
    assert planned.work(1).status == TaskStatus.REVIEW
    assert planned.verdict(Verdict.APPROVE).protocol == "output_review"
    assert (planned.status(1), recount(planned.db)) == ("done", [])


def test_a_rejected_plan_fails_the_task_before_it_begins_and_a_retry_asks_again(planned: Board) -> None:
    planned.verdict(Verdict.REJECT)
    task = get_task(planned.db, 1)
    assert task.status == TaskStatus.FAILED and "plan_review: rejected by rev" in str(task.failure)
    retry_task(planned.db, 1, by=BOSS, now=planned.now())
    assert [r.status for r in reviews_of(planned.db, 1)] == ["rejected", "open"]
    with pytest.raises(Conflict):
        planned.claim(1)


def test_changes_of_the_plan_are_made_by_editing_the_task_and_judged_in_the_next_round(planned: Board) -> None:
    assert planned.verdict(Verdict.REQUEST_CHANGES).status == "changes_requested"
    with pytest.raises(Conflict, match="which the operator makes"):
        planned.claim(1)
    edit_task(planned.db, 1, {"priority": 0}, by=BOSS, now=planned.now())
    assert get_review(planned.db, 1).status == "changes_requested"
    edit_task(planned.db, 1, {"body": "half\nof it"}, by=LEAD, now=planned.now())
    found = thread(planned.db, 1)
    assert (found.review.status, found.review.round, found.review.author) == ("open", 2, "lead")
    assert "-all" in found.submissions[1].summary and "+half" in found.submissions[1].summary
    assert planned.verdict(Verdict.APPROVE).status == "approved"
    planned.claim(1)


def test_an_edit_while_a_reviewer_reads_sends_the_new_text_to_the_next_round(planned: Board) -> None:
    seat = planned.seat()
    edit_task(planned.db, 1, {"title": "sell half"}, by=BOSS, now=planned.now())
    found = thread(planned.db, 1)
    assert (found.review.round, found.review.status, found.seats[0].status) == (2, "open", "vacant")
    (stop,) = planned.db.execute("SELECT stop_reason FROM sessions WHERE id = ?", (seat.id,)).fetchone()
    assert stop == "cancel"


def test_an_edit_before_anyone_reads_stays_in_the_same_round(planned: Board) -> None:
    edit_task(planned.db, 1, {"title": "sell half"}, by=BOSS, now=planned.now())
    found = thread(planned.db, 1)
    assert (found.review.round, len(found.submissions)) == (1, 1)
    assert "The title was: sell everything" in found.submissions[0].summary


def test_after_its_approval_only_the_operator_changes_the_text_unseen(planned: Board) -> None:
    planned.verdict(Verdict.APPROVE)
    edit_task(planned.db, 1, {"body": "mine"}, by=BOSS, now=planned.now())
    assert get_review(planned.db, 1).status == "approved"
    edit_task(planned.db, 1, {"body": "something else"}, by=LEAD, now=planned.now())
    assert (get_review(planned.db, 1).status, get_review(planned.db, 1).round) == ("open", 2)


def test_a_guardrail_sends_a_task_to_plan_review_once_inside_its_own_transaction(board: Board) -> None:
    board.task("plain")
    for _ in range(2):
        with write(board.db, durable=True):
            task = require_review(board.db, 1, "plan_review", reason="it spends money", by=SCHEDULER, now=board.now())
    assert task.reviews == ("plan_review",)
    assert [r.protocol for r in reviews_of(board.db, 1)] == ["plan_review"]
    assert [c.body for c in comments(board.db, 1)] == ["plan_review is required: it spends money"]
    board.verdict(Verdict.APPROVE)
    require_review(board.db, 1, "plan_review", reason="again", by=SCHEDULER, now=board.now())
    assert board.work(1).status == TaskStatus.DONE


def test_a_review_of_the_output_is_required_at_any_time_before_the_end(board: Board) -> None:
    board.task("plain")
    session = board.claim(1)
    require_review(board.db, 1, "output_review", reason="it is long", by=SCHEDULER, now=board.now())
    require_review(board.db, 1, "plan_review", reason="too late for this", by=SCHEDULER, now=board.now())
    assert board.submit(session).status == TaskStatus.REVIEW
    assert [r.protocol for r in reviews_of(board.db, 1)] == ["output_review"]
    board.verdict(Verdict.APPROVE)
    with pytest.raises(Conflict):
        require_review(board.db, 1, "final_review", reason="late", by=SCHEDULER, now=board.now())


def test_an_edit_adds_a_plan_review_and_takes_it_away(board: Board) -> None:
    board.task("plain")
    edit_task(board.db, 1, {"reviews": ("plan_review",)}, by=BOSS, now=board.now())
    assert [r.status for r in reviews_of(board.db, 1)] == ["open"]
    edit_task(board.db, 1, {"reviews": ()}, by=BOSS, now=board.now())
    assert [r.status for r in reviews_of(board.db, 1)] == ["closed"]
    board.claim(1)


def test_what_is_said_of_the_plan_of_a_held_task_counts_when_it_is_released(planned: Board) -> None:
    seat = planned.seat()
    hold_task(planned.db, 1, reason="wait", by=BOSS, now=planned.now())
    planned.says(seat, Verdict.REJECT)
    assert (planned.status(1), get_review(planned.db, 1).status) == ("held", "open")
    release_task(planned.db, 1, by=BOSS, now=planned.now())
    assert (planned.status(1), get_review(planned.db, 1).status) == ("failed", "rejected")


def test_a_cancelled_task_takes_its_plan_review_along_and_a_retry_opens_it_anew(planned: Board) -> None:
    cancel_task(planned.db, 1, by=BOSS, now=planned.now())
    assert [r.status for r in reviews_of(planned.db, 1)] == ["closed"]
    retry_task(planned.db, 1, by=BOSS, now=planned.now())
    assert [r.status for r in reviews_of(planned.db, 1)] == ["closed", "open"]


def test_the_operator_rejects_a_plan_takes_it_back_and_lets_it_through_later(planned: Board) -> None:
    operator_verdict(planned.db, 1, verdict=Verdict.REJECT, comment="no", by=BOSS, now=planned.now())
    assert planned.status(1) == "failed"
    assert undo_verdict(planned.db, 1, by=BOSS, now=planned.now()).escalated_to == "operator"
    assert planned.status(1) == "pending"
    operator_verdict(planned.db, 1, verdict=Verdict.REQUEST_CHANGES, comment="less", by=BOSS, now=planned.now())
    assert operator_verdict(planned.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=planned.now()).status == "approved"
    again = reopen_review(planned.db, 1, by=BOSS, now=planned.now())
    assert (again.status, again.escalated_to, planned.status(1)) == ("escalated", "operator", "pending")
    with pytest.raises(Conflict):
        planned.claim(1)
