"""Rounds with several seats on a real blackboard: quorum, order, gates, the ladder, vacant seats, the time limit."""

from __future__ import annotations

from typing import Any

import pytest

from console.blackboard.reads.briefing import briefing
from console.blackboard.reads.briefing_text import briefing_text
from console.blackboard.reads.needs import needs
from console.blackboard.reads.reviews import get_review, thread
from console.blackboard.reads.scheduling import scheduling
from console.blackboard.writes.rounds import end_round, escalate
from console.blackboard.writes.submissions import end_without_submit
from console.blackboard.writes.tasks import hold_task, release_task
from console.blackboard.writes.verdicts import operator_verdict, undo_verdict
from console.errors import Conflict, StaleFence, UsageError
from console.records.actor import SCHEDULER
from console.records.policy import Policy
from console.records.review import Verdict
from console.records.session import SessionStatus
from tests.boards import BOSS, RUBRIC, Board

APPROVE, CHANGES, REJECT, ABSTAIN = Verdict
GATES = {"correct": 0.6}


def seats(board: Board) -> dict[str, str]:
    return {s.reviewer: str(s.status) for s in thread(board.db, 1).seats}


def test_a_quorum_outvotes_who_asks_for_changes(reviewed: Board) -> None:
    reviewed.prepare("a", "b", "c", quorum=2)
    assert reviewed.reviewer_says("a", APPROVE).status == reviewed.reviewer_says("b", CHANGES).status == "open"
    review = reviewed.reviewer_says("c", APPROVE)
    assert (review.status, review.reason) == ("approved", "approved by a, c; outvoted: b")
    assert reviewed.status(1) == "done"


def test_a_failed_gate_is_outvoted_by_nobody_and_becomes_a_finding(reviewed: Board) -> None:
    reviewed.prepare("a", "b", "c", quorum=1, gates=GATES)
    reviewed.reviewer_says("a", APPROVE)
    reviewed.reviewer_says("b", APPROVE, scores={"correct": 0.5, "clear": 1.0})
    review = reviewed.reviewer_says("c", APPROVE)
    assert (review.status, reviewed.status(1)) == ("changes_requested", "pending")
    assert review.reason == "correct 0.50 is below its gate 0.60 (b) in round 1"
    given = thread(reviewed.db, 1).verdicts[1]
    assert given.verdict == CHANGES and "below its gate" in given.findings[0]["text"]
    assert "1. correct 0.50 is below its gate" in briefing_text(briefing(reviewed.db, 1))


def test_in_a_sequence_the_second_waits_for_the_first_and_hears_it(reviewed: Board) -> None:
    reviewed.prepare("a", "b", in_sequence=True)
    with pytest.raises(Conflict, match="a speaks first"):
        reviewed.takes("b")
    reviewed.reviewer_says("a", APPROVE, comment="fine by me")
    session = reviewed.takes("b")
    assert "fine by me" in briefing_text(briefing(reviewed.db, 1, seat_id=session.seat_id))
    assert reviewed.says(session, APPROVE).status == "approved"


def test_in_a_sequence_the_first_objection_ends_the_round(reviewed: Board) -> None:
    reviewed.prepare("a", "b", in_sequence=True)
    assert reviewed.reviewer_says("a", CHANGES).status == "changes_requested"
    assert seats(reviewed) == {"a": "given", "b": "vacant"}


def test_who_judges_at_the_same_time_does_not_hear_the_others(reviewed: Board) -> None:
    reviewed.prepare("a", "b")
    reviewed.reviewer_says("a", CHANGES)
    (seat,) = (s for s in thread(reviewed.db, 1).seats if s.reviewer == "b")
    assert "the sum is wrong" not in briefing_text(briefing(reviewed.db, 1, seat_id=seat.id))


def test_the_last_seat_that_falls_vacant_settles_the_round_in_the_same_write(reviewed: Board) -> None:
    reviewed.prepare("a", "b")
    reviewed.reviewer_says("a", APPROVE)
    reviewed.gone(reviewed.takes("b"), SessionStatus.FAILED, counted=True, exhausted=True)
    review = get_review(reviewed.db, 1)
    assert (review.status, review.reason) == ("approved", "approved by a; b failed every attempt")


def test_a_reviewer_that_fails_while_another_still_judges_ends_nothing(reviewed: Board) -> None:
    reviewed.prepare("a", "b")
    reviewed.gone(reviewed.takes("b"), SessionStatus.FAILED, counted=True, exhausted=True)
    assert (get_review(reviewed.db, 1).status, seats(reviewed)) == ("open", {"a": "waiting", "b": "vacant"})


def test_without_reviewers_it_goes_up_the_ladder_and_then_to_the_operator(reviewed: Board) -> None:
    reviewed.prepare(ladder=("boss",))
    review = get_review(reviewed.db, 1)
    assert (review.status, review.escalated_to, review.reason) == ("escalated", "boss", "no eligible reviewer")
    assert needs(reviewed.db, "quant") == ()
    review = reviewed.reviewer_says("boss", ABSTAIN)
    assert (review.escalated_to, review.reason) == ("operator", "no eligible reviewer; boss abstained")
    assert [n.reason for n in needs(reviewed.db, "quant")] == ["no eligible reviewer; boss abstained"]
    told = reviewed.db.execute("SELECT old, new FROM events WHERE entity = 'review' AND kind = 'escalated'").fetchall()
    assert [tuple(row) for row in told] == [("boss", "operator")]


def test_whom_it_went_to_sees_everything_and_decides(reviewed: Board) -> None:
    reviewed.prepare("a", "b", ladder=("a", "boss", "chief"), round_timeout=60)
    reviewed.reviewer_says("a", APPROVE)
    review = reviewed.reviewer_says("b", REJECT)
    assert (review.escalated_to, seats(reviewed)) == ("boss", {"a": "given", "b": "given", "boss": "waiting"})
    assert review.round_until is not None
    session = reviewed.takes("boss")
    text = briefing_text(briefing(reviewed.db, 1, seat_id=session.seat_id))
    assert "Its reviewers settled nothing (approve (a) beside reject (b))" in text and "the sum is wrong" in text
    assert reviewed.says(session, CHANGES).status == "changes_requested"
    assert reviewed.status(1) == "pending"


@pytest.mark.parametrize(
    ("verdict", "more", "reason"),
    [
        (APPROVE, {"score": 0.6}, "approved with confidence 0.60, below 0.70"),
        (APPROVE, {"scores": {"correct": 0.5, "clear": 1.0}}, "correct 0.50 is below its gate 0.60 (boss)"),
        (ABSTAIN, {}, "boss abstained"),
    ],
)
def test_what_settles_nothing_goes_on_to_the_next_and_the_operator_is_last(
    reviewed: Board, verdict: Verdict, more: dict[str, Any], reason: str
) -> None:
    reviewed.prepare("a", ladder=("boss", "chief"), gates=GATES)
    reviewed.reviewer_says("a", ABSTAIN)
    review = reviewed.reviewer_says("boss", verdict, **more)
    assert (review.status, review.escalated_to) == ("escalated", "chief")
    assert review.reason == f"every reviewer abstained; {reason}"
    reviewed.gone(reviewed.takes("chief"), SessionStatus.FAILED, counted=True, exhausted=True)
    review = get_review(reviewed.db, 1)
    assert review.escalated_to == "operator" and str(review.reason).endswith(
        "chief gave no verdict; chief failed every attempt"
    )
    assert [n.review_id for n in needs(reviewed.db, "quant")] == [1]


def test_the_operators_verdict_stands_while_an_agent_is_asked_and_can_be_taken_back(reviewed: Board) -> None:
    reviewed.prepare("a", ladder=("boss",))
    reviewed.reviewer_says("a", ABSTAIN)
    late = reviewed.takes("boss")
    assert operator_verdict(reviewed.db, 1, verdict=APPROVE, by=BOSS, now=reviewed.now()).status == "approved"
    with pytest.raises(StaleFence):
        reviewed.says(late, REJECT)
    undone = undo_verdict(reviewed.db, 1, by=BOSS, now=reviewed.now())
    assert (undone.status, undone.escalated_to, reviewed.status(1)) == ("escalated", "operator", "review")


def test_the_operator_asks_an_agent_who_has_not_spoken(reviewed: Board) -> None:
    reviewed.prepare("a", "b")
    reviewed.reviewer_says("a", APPROVE)
    at_work = reviewed.takes("b")

    def up(to: str) -> bool:
        return escalate(reviewed.db, 1, 1, to=to, reason="hurry", by=BOSS, now=reviewed.now())

    with pytest.raises(UsageError, match="wrote"):
        up("dev")
    with pytest.raises(Conflict, match="gave a verdict"):
        up("a")
    assert up("b")
    with pytest.raises(StaleFence):
        reviewed.says(at_work, REJECT)
    review = get_review(reviewed.db, 1)
    assert (review.status, review.escalated_to, seats(reviewed)["b"]) == ("escalated", "b", "waiting")
    reviewed.gone(at_work, SessionStatus.CANCELLED)
    assert up("operator") and seats(reviewed)["b"] == "vacant"
    assert up("b")
    assert reviewed.reviewer_says("b", APPROVE).status == "approved"


def test_a_second_escalation_for_another_reason_is_told_what_stands(reviewed: Board) -> None:
    reviewed.prepare("a")

    def up(reason: str) -> bool:
        return escalate(reviewed.db, 1, 1, to="operator", reason=reason, by=BOSS, now=reviewed.now())

    assert up("hurry") and up("hurry"), "the same again is harmless"
    with pytest.raises(Conflict, match="waits for operator already \\(hurry\\)"):
        up("it is too expensive")
    assert get_review(reviewed.db, 1).reason == "hurry"


def test_a_review_without_a_rubric_is_settled_by_whom_the_operator_asks(board: Board) -> None:
    board.task("no review")
    session = board.claim(1)
    end_without_submit(board.db, session.id, summary="last words", now=board.now())
    assert escalate(board.db, 1, 1, to="boss", reason="look", by=BOSS, now=board.now())
    assert board.reviewer_says("boss", APPROVE, scores=None).status == "approved"


def test_when_the_time_is_over_the_silent_are_stopped_and_the_others_count(reviewed: Board) -> None:
    reviewed.prepare("a", "b", round_timeout=60)
    until = get_review(reviewed.db, 1).round_until
    assert until is not None and scheduling(reviewed.db, policy=Policy(), now=until - 1, limit=5).due_at == until
    reviewed.reviewer_says("a", APPROVE)
    silent = reviewed.takes("b")

    def over() -> bool:
        return end_round(reviewed.db, 1, 1, seats=[2], reason="no verdict of b in 60 s", by=SCHEDULER, now=until)

    assert over() and not over()
    review = get_review(reviewed.db, 1)
    assert (review.status, review.reason, review.round_until) == (
        "approved",
        "approved by a; no verdict of b in 60 s",
        None,
    )
    with pytest.raises(StaleFence):
        reviewed.says(silent, REJECT)
    (stop,) = reviewed.db.execute("SELECT stop_reason FROM sessions WHERE id = ?", (silent.id,)).fetchone()
    assert stop == "cancel"


def test_a_held_task_keeps_its_verdicts_until_it_is_released(reviewed: Board) -> None:
    reviewed.prepare("a", "b")
    first = reviewed.takes("a")
    hold_task(reviewed.db, 1, reason="wait", by=BOSS, now=reviewed.now())
    with pytest.raises(Conflict, match="held"):
        reviewed.takes("b")
    reviewed.says(first, CHANGES)
    assert (reviewed.status(1), get_review(reviewed.db, 1).status) == ("held", "open")
    release_task(reviewed.db, 1, by=BOSS, now=reviewed.now())
    assert reviewed.reviewer_says("b", APPROVE).status == "changes_requested"


def test_changes_of_a_plan_are_the_operators_where_no_author_is_at_work(board: Board) -> None:
    board.task("mine", reviews=("plan_review",))
    board.verdict(CHANGES)
    assert [(n.kind, n.review_id) for n in needs(board.db, "quant")] == [("review", 1)]
    assert scheduling(board.db, policy=Policy(), now=board.now(), limit=5).plans == {1: "changes_requested"}


def test_scores_are_those_of_the_rubric(reviewed: Board) -> None:
    reviewed.prepare("a", gates=GATES)
    with pytest.raises(UsageError, match="unknown score"):
        reviewed.reviewer_says("a", CHANGES, scores={"speed": 1.0})
    assert RUBRIC.keys() == (get_review(reviewed.db, 1).rubric or {}).keys()
