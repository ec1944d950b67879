"""The review thread on a real blackboard: rounds, verdicts, rebuttals, escalation, the operator's word and its undo."""

from __future__ import annotations

from typing import Any

import pytest

from console.blackboard.reads.briefing import briefing
from console.blackboard.reads.briefing_text import briefing_text
from console.blackboard.reads.needs import needs
from console.blackboard.reads.reviews import get_review, open_rounds, thread
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.outputs import record_output
from console.blackboard.writes.rounds import escalate, prepare_round
from console.blackboard.writes.tasks import cancel_task
from console.blackboard.writes.verdicts import give_verdict, operator_verdict, reopen_task, undo_verdict
from console.errors import Conflict, StaleFence, UsageError
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.review import Verdict
from console.reviews.terms import Terms
from tests.boards import BOSS, RUBRIC, Board


@pytest.fixture
def reviewed(board: Board) -> Board:
    """A board whose task #1 was submitted for an output review, and #2 waits for it."""
    board.task("the work", reviews=("output_review",))
    board.task("what builds on it", after=(1,))
    board.work(1)
    return board


def test_an_approval_at_the_threshold_makes_the_task_done_and_unblocks_the_next(reviewed: Board) -> None:
    review = reviewed.verdict(Verdict.APPROVE, score=0.7)
    assert (review.status, review.confidence, reviewed.status(1)) == ("approved", 0.7, "done")
    assert get_task(reviewed.db, 2).blocked_by == 0


def test_an_approval_below_the_threshold_goes_to_the_operator(reviewed: Board) -> None:
    review = reviewed.verdict(Verdict.APPROVE, score=0.5)
    assert (review.status, review.escalated_to, reviewed.status(1)) == ("escalated", "operator", "review")
    assert [(n.kind, n.task_id) for n in needs(reviewed.db, "quant")] == [("review", 1)]


def test_requested_changes_are_work_for_the_same_author_with_the_findings(reviewed: Board) -> None:
    review = reviewed.verdict(Verdict.REQUEST_CHANGES)
    task = get_task(reviewed.db, 1)
    assert (review.status, task.status, task.preferred, task.attempts) == ("changes_requested", "pending", "dev", 0)
    assert needs(reviewed.db, "quant") == ()
    text = briefing_text(briefing(reviewed.db, 1))
    assert "the sum is wrong [outputs/a.md:3]" in text and "--rebuttal" in text


def test_a_rebuttal_reaches_the_reviewer_of_the_next_round(reviewed: Board) -> None:
    reviewed.verdict(Verdict.REQUEST_CHANGES)
    reviewed.work(1, rebuttal="the sum is right, see decision 7")
    seat = reviewed.seat()
    text = briefing_text(briefing(reviewed.db, 1, seat_id=seat.seat_id))
    assert "round 2 of 3" in text and "see decision 7" in text and "correct (weight 2)" in text


def test_rounds_that_run_out_go_to_the_operator(reviewed: Board) -> None:
    for _ in range(2):
        assert reviewed.verdict(Verdict.REQUEST_CHANGES, max_rounds=3).status == "changes_requested"
        reviewed.work(1)
    review = reviewed.verdict(Verdict.REQUEST_CHANGES)
    assert (review.status, review.round) == ("escalated", 3)


def test_a_rejection_fails_the_task_and_waits_for_the_operator(reviewed: Board) -> None:
    assert reviewed.verdict(Verdict.REJECT).status == "rejected"
    assert reviewed.status(1) == "failed"
    assert [n.kind for n in needs(reviewed.db, "quant")] == ["failed"]


def test_an_approval_without_the_rubrics_scores_is_refused_with_their_names(reviewed: Board) -> None:
    seat = reviewed.seat()
    who = Actor(name="rev", origin=Origin.AGENT, session=seat.id)
    with pytest.raises(UsageError, match="correct"):
        give_verdict(reviewed.db, seat.id, seat.fence, verdict=Verdict.APPROVE, by=who, now=reviewed.now())
    with pytest.raises(UsageError, match="finding"):
        give_verdict(reviewed.db, seat.id, seat.fence, verdict=Verdict.REJECT, by=who, now=reviewed.now())
    assert reviewed.status(1) == "review"


def test_a_verdict_repeated_is_the_same_verdict(reviewed: Board) -> None:
    seat = reviewed.seat()
    who = Actor(name="rev", origin=Origin.AGENT, session=seat.id)
    scores = dict.fromkeys(RUBRIC, 0.9)
    for _ in range(2):
        review = give_verdict(
            reviewed.db, seat.id, seat.fence, verdict=Verdict.APPROVE, scores=scores, by=who, now=reviewed.now()
        )
        assert review.status == "approved"
    assert len(thread(reviewed.db, 1).verdicts) == 1


def test_another_verdict_after_the_first_is_refused_and_told_what_stands(reviewed: Board) -> None:
    seat = reviewed.seat()
    who = Actor(name="rev", origin=Origin.AGENT, session=seat.id)
    scores = dict.fromkeys(RUBRIC, 0.9)
    approve: dict[str, Any] = {"verdict": Verdict.APPROVE, "scores": scores, "comment": "I counted twice"}
    give_verdict(reviewed.db, seat.id, seat.fence, by=who, now=reviewed.now(), **approve)
    others: tuple[dict[str, Any], ...] = (
        {"verdict": Verdict.REJECT, "findings": [{"text": "no"}]},
        {**approve, "comment": "on second thoughts"},
        {**approve, "scores": dict.fromkeys(RUBRIC, 0.8)},
        {**approve, "findings": [{"text": "a typo"}]},
    )
    for other in others:
        with pytest.raises(Conflict, match="stands .*approve, 'I counted twice'"):
            give_verdict(reviewed.db, seat.id, seat.fence, by=who, now=reviewed.now(), **other)
    (given,) = thread(reviewed.db, 1).verdicts
    assert (given.verdict, given.comment) == ("approve", "I counted twice")


def test_a_verdict_that_a_gate_turned_is_the_same_verdict_when_it_is_repeated(reviewed: Board) -> None:
    seat = reviewed.seat(gates={"correct": 0.8})
    who = Actor(name="rev", origin=Origin.AGENT, session=seat.id)
    for _ in range(2):
        give_verdict(
            reviewed.db,
            seat.id,
            seat.fence,
            verdict=Verdict.APPROVE,
            scores=dict.fromkeys(RUBRIC, 0.7),
            by=who,
            now=reviewed.now(),
        )
    (given,) = thread(reviewed.db, 1).verdicts
    assert given.verdict == "request_changes"


def test_abstaining_needs_a_word_on_why(reviewed: Board) -> None:
    seat = reviewed.seat()
    who = Actor(name="rev", origin=Origin.AGENT, session=seat.id)
    with pytest.raises(UsageError, match="--comment"):
        give_verdict(reviewed.db, seat.id, seat.fence, verdict=Verdict.ABSTAIN, comment=" ", by=who, now=reviewed.now())
    assert not thread(reviewed.db, 1).verdicts


def test_the_operators_second_verdict_is_harmless_where_it_is_the_same_and_refused_where_it_is_not(
    reviewed: Board,
) -> None:
    reviewed.prepare("rev")
    for _ in range(2):
        assert operator_verdict(reviewed.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=reviewed.now()).settled_at
    with pytest.raises(Conflict, match=r"approved already \(by operator: approve\)"):
        operator_verdict(reviewed.db, 1, verdict=Verdict.REJECT, comment="no", by=BOSS, now=reviewed.now())
    with pytest.raises(Conflict, match="approved already"):
        operator_verdict(reviewed.db, 1, verdict=Verdict.APPROVE, comment="but", by=BOSS, now=reviewed.now())
    assert len(thread(reviewed.db, 1).verdicts) == 1
    undo_verdict(reviewed.db, 1, by=BOSS, now=reviewed.now())
    assert operator_verdict(reviewed.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=reviewed.now()).status == "approved"


def test_the_operators_verdict_stands_and_a_late_reviewer_is_told(reviewed: Board) -> None:
    seat = reviewed.seat()
    operator_verdict(reviewed.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=reviewed.now())
    who = Actor(name="rev", origin=Origin.AGENT, session=seat.id)
    with pytest.raises(StaleFence):
        give_verdict(
            reviewed.db,
            seat.id,
            seat.fence,
            verdict=Verdict.REJECT,
            findings=[{"text": "no"}],
            by=who,
            now=reviewed.now(),
        )
    assert reviewed.status(1) == "done"
    (stop,) = reviewed.db.execute("SELECT stop_reason FROM sessions WHERE id = ?", (seat.id,)).fetchone()
    assert stop == "cancel"


@pytest.mark.parametrize(
    ("verdict", "after"), [("approve", "done"), ("request_changes", "pending"), ("reject", "failed")]
)
def test_the_operators_verdict_can_be_taken_back_while_nothing_was_built_on_it(
    reviewed: Board, verdict: str, after: str
) -> None:
    operator_verdict(reviewed.db, 1, verdict=Verdict(verdict), comment="my word", by=BOSS, now=reviewed.now())
    assert reviewed.status(1) == after
    review = undo_verdict(reviewed.db, 1, by=BOSS, now=reviewed.now())
    assert (review.status, review.escalated_to, reviewed.status(1)) == ("escalated", "operator", "review")
    assert get_task(reviewed.db, 2).blocked_by == 1


def test_a_verdict_that_others_built_upon_cannot_be_taken_back(reviewed: Board) -> None:
    operator_verdict(reviewed.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=reviewed.now())
    reviewed.claim(2)
    with pytest.raises(Conflict, match="#2 was started since"):
        undo_verdict(reviewed.db, 1, by=BOSS, now=reviewed.now())


def test_a_reviewers_verdict_is_not_the_operators_to_take_back(reviewed: Board) -> None:
    reviewed.verdict(Verdict.APPROVE)
    with pytest.raises(Conflict, match="no verdict of the operator"):
        undo_verdict(reviewed.db, 1, by=BOSS, now=reviewed.now())


def test_a_reopened_task_waits_for_the_operator_under_the_same_protocol(reviewed: Board) -> None:
    reviewed.verdict(Verdict.APPROVE)
    review = reopen_task(reviewed.db, 1, reason="the fee table changed", by=BOSS, now=reviewed.now())
    assert (review.status, review.protocol, reviewed.status(1)) == ("escalated", "output_review", "review")
    assert get_review(reviewed.db, 1).status == "closed"
    assert (
        operator_verdict(reviewed.db, review.id, verdict=Verdict.APPROVE, by=BOSS, now=reviewed.now()).status
        == "approved"
    )
    assert reviewed.status(1) == "done"


def test_a_task_without_any_review_can_be_reopened_for_the_operator(board: Board) -> None:
    board.task()
    board.work(1)
    assert reopen_task(board.db, 1, by=BOSS, now=board.now()).escalated_to == "operator"
    assert board.status(1) == "review"


def test_cancelling_closes_the_review_and_stops_its_reviewer(reviewed: Board) -> None:
    seat = reviewed.seat()
    cancel_task(reviewed.db, 1, by=BOSS, now=reviewed.now())
    assert get_review(reviewed.db, 1).status == "closed"
    (stop,) = reviewed.db.execute("SELECT stop_reason FROM sessions WHERE id = ?", (seat.id,)).fetchone()
    assert stop == "cancel"


def test_two_protocols_judge_one_after_the_other(board: Board) -> None:
    board.task(reviews=("output_review", "analysis_review"))
    board.work(1)
    assert board.verdict(Verdict.APPROVE).protocol == "output_review"
    assert board.status(1) == "review"
    assert [found.review.protocol for found in open_rounds(board.db)] == ["analysis_review"]
    board.verdict(Verdict.APPROVE)
    assert board.status(1) == "done"


def test_an_escalation_vacates_the_seats_and_repeated_changes_nothing(reviewed: Board) -> None:
    seat = reviewed.seat()
    for _ in range(2):
        assert escalate(reviewed.db, 1, 1, to="operator", reason="time", by=SCHEDULER, now=reviewed.now())
    (found,) = thread(reviewed.db, 1).seats
    assert (found.status, found.session) == ("vacant", None)
    assert seat.seat_id == found.id
    operator_verdict(reviewed.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=reviewed.now())
    assert not escalate(reviewed.db, 1, 1, to="operator", reason="time", by=SCHEDULER, now=reviewed.now())


def test_a_round_is_prepared_once(reviewed: Board) -> None:
    done = [
        prepare_round(
            reviewed.db, 1, 1, reviewers=["rev"], terms=Terms(rubric=RUBRIC), by=SCHEDULER, now=reviewed.now()
        )
        for _ in range(2)
    ]
    assert done == [True, False]


def test_an_output_gets_a_version_and_the_round_it_will_be_judged_in(reviewed: Board) -> None:
    def record(content: str) -> tuple[int, int]:
        output = record_output(
            reviewed.db, 1, path="outputs/a.md", sha256=content, size=1, by=BOSS, now=reviewed.now()
        )  # fmt: skip
        return output.version, output.round

    assert record("one") == (1, 1)
    assert record("one") == (1, 1)
    reviewed.verdict(Verdict.REQUEST_CHANGES)
    assert record("two") == (2, 2)
