"""Promises of console/reviews/round.py."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.records.review import Review, ReviewStatus, Seat, SeatStatus, Verdict, VerdictGiven
from console.records.task import TRANSITIONS
from console.reviews.round import Settled, settle

REVIEW = Review(id=1, task_id=1, protocol="output_review", max_rounds=3, threshold=0.7, rubric={"correctness": 1.0})
OPERATOR_WORD = VerdictGiven(id=99, review_id=1, round=1, reviewer="operator", verdict=Verdict.APPROVE)
APPROVE, CHANGES, REJECT, ABSTAIN = Verdict


def seats(n: int, round_: int = 1, status: SeatStatus = SeatStatus.GIVEN) -> list[Seat]:
    return [Seat(id=i, review_id=1, round=round_, reviewer=f"r{i}", status=status) for i in range(1, n + 1)]


def said(seat: int, verdict: Verdict, confidence: float | None = 0.9, **more: int) -> VerdictGiven:
    values = {"id": seat, "round": 1, **more}
    return VerdictGiven(
        review_id=1, seat_id=seat, reviewer=f"r{seat}", verdict=verdict, confidence=confidence,
        id=values["id"], round=values["round"], undone_at=more.get("undone_at"),
    )  # fmt: skip


def settled(given: list[VerdictGiven], *, round_: int = 1, of: int | None = None) -> Settled | None:
    return settle(replace(REVIEW, round=round_), seats(of or len(given), round_), given)


def ended(given: list[VerdictGiven], *, round_: int = 1) -> Settled:
    found = settled(given, round_=round_)
    assert found is not None
    return found


def test_a_round_waits_until_every_seat_has_spoken() -> None:
    assert settled([said(1, REJECT)], of=2) is None


def test_a_round_without_seats_waits_to_be_prepared() -> None:
    assert settle(REVIEW, [], []) is None


def test_confident_approval_approves() -> None:
    assert ended([said(1, APPROVE, 0.7), said(2, APPROVE, 0.95)]) == Settled(
        status=ReviewStatus.APPROVED, reason="approved by r1, r2", confidence=0.7, task_verb="approve"
    )


def test_approval_below_the_threshold_escalates() -> None:
    found = ended([said(1, APPROVE, 0.95), said(2, APPROVE, 0.69)])
    assert (found.status, found.confidence, found.task_verb) == (ReviewStatus.ESCALATED, 0.69, None)
    assert found.reason == "approved with confidence 0.69, below 0.70"


def test_approval_without_scores_passes_no_gate() -> None:
    found = ended([said(1, APPROVE), said(2, APPROVE, None)])
    assert (found.status, found.reason) == (ReviewStatus.ESCALATED, "approved without scores by r2")


def test_without_a_gate_scores_are_not_asked_for() -> None:
    found = settle(replace(REVIEW, threshold=0.0), seats(1), [said(1, APPROVE, None)])
    assert found is not None and found.status == ReviewStatus.APPROVED


@pytest.mark.parametrize("low", [0.0, 0.3])
def test_the_threshold_is_for_approvals_only(low: float) -> None:
    assert ended([said(1, CHANGES, low)]).status == ReviewStatus.CHANGES_REQUESTED
    assert ended([said(1, REJECT, low)]).status == ReviewStatus.REJECTED


def test_changes_requested_beside_approval_is_work() -> None:
    found = ended([said(1, APPROVE), said(2, CHANGES, None)])
    assert (found.status, found.task_verb) == (ReviewStatus.CHANGES_REQUESTED, "request_changes")


def test_the_doubts_of_who_is_outvoted_lower_no_confidence() -> None:
    found = settle(
        replace(REVIEW, quorum=2), seats(3), [said(1, APPROVE), said(2, CHANGES, 0.2), said(3, APPROVE, 0.8)]
    )
    assert found is not None
    assert (found.status, found.confidence, found.reason) == ("approved", 0.8, "approved by r1, r3; outvoted: r2")


def test_too_few_approvals_without_an_objection_escalate() -> None:
    found = settle(replace(REVIEW, quorum=2), seats(2), [said(1, APPROVE), said(2, ABSTAIN)])
    assert found is not None
    assert (found.status, found.reason) == ("escalated", "approved by r1 only: 1 of 2 approvals that it needs")


@pytest.mark.parametrize(("round_", "status"), [(2, ReviewStatus.CHANGES_REQUESTED), (3, ReviewStatus.ESCALATED)])
def test_changes_requested_in_the_last_round_escalates(round_: int, status: ReviewStatus) -> None:
    found = ended([said(1, CHANGES, round=round_)], round_=round_)
    assert found.status == status
    assert ("rounds run out" in found.reason) == (status == ReviewStatus.ESCALATED)


def test_reject_beside_request_changes_rejects() -> None:
    assert ended([said(1, REJECT), said(2, CHANGES)]).status == ReviewStatus.REJECTED


@pytest.mark.parametrize("third", [APPROVE, CHANGES, ABSTAIN])
def test_approve_beside_reject_escalates_whatever_else_is_said(third: Verdict) -> None:
    found = ended([said(1, APPROVE), said(2, REJECT), said(3, third)])
    assert (found.status, found.task_verb) == (ReviewStatus.ESCALATED, None)


def test_when_everybody_abstains_it_escalates() -> None:
    assert ended([said(1, ABSTAIN), said(2, ABSTAIN)]).reason == "every reviewer abstained"


def test_when_no_reviewer_is_left_it_escalates() -> None:
    found = settle(REVIEW, seats(2, status=SeatStatus.VACANT), [])
    assert found == Settled(status=ReviewStatus.ESCALATED, reason="no reviewer is left", to="operator")


def test_a_vacant_seat_is_not_waited_for() -> None:
    one, two = seats(2)
    found = settle(REVIEW, [one, replace(two, status=SeatStatus.VACANT)], [said(1, APPROVE)])
    assert found is not None and found.status == ReviewStatus.APPROVED


def test_the_operators_verdict_stands_alone_and_above_the_seats() -> None:
    found = settle(replace(REVIEW, round=3), seats(2, 3), [said(1, REJECT, round=3), replace(OPERATOR_WORD, round=3)])
    assert found is not None and (found.status, found.reason) == (ReviewStatus.APPROVED, "approve by operator")
    changes = replace(OPERATOR_WORD, round=3, verdict=CHANGES)
    found = settle(replace(REVIEW, round=3), [], [changes])
    assert found is not None and found.status == ReviewStatus.CHANGES_REQUESTED


def test_the_numbers_of_the_review_go_before_those_given() -> None:
    given = [said(1, APPROVE, 0.5)]
    own = settle(replace(REVIEW, threshold=0.4), seats(1), given, threshold=0.9)
    theirs = settle(replace(REVIEW, threshold=None), seats(1), given, threshold=0.9)
    assert own is not None and own.status == ReviewStatus.APPROVED
    assert theirs is not None and theirs.status == ReviewStatus.ESCALATED


VERDICTS = st.lists(
    st.tuples(st.sampled_from(list(Verdict)), st.sampled_from([None, 0.2, 0.7, 1.0])), min_size=1, max_size=4
)


@given(VERDICTS, st.integers(1, 3), st.randoms(use_true_random=False))
def test_the_order_of_verdicts_changes_nothing(
    sheet: list[tuple[Verdict, float | None]], round_: int, luck: object
) -> None:
    given_ = [said(i, v, c, round=round_) for i, (v, c) in enumerate(sheet, 1)]
    shuffled = list(given_)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    assert settled(given_, round_=round_) == settled(shuffled, round_=round_)


@given(VERDICTS, st.integers(1, 3), st.sampled_from(list(Verdict)))
def test_late_double_undone_and_old_verdicts_change_nothing(
    sheet: list[tuple[Verdict, float | None]], round_: int, other: Verdict
) -> None:
    given_ = [said(i, v, c, round=round_) for i, (v, c) in enumerate(sheet, 1)]
    noise = [
        said(1, other, id=100, round=round_),
        said(1, other, id=0, round=round_, undone_at=5),
        said(1, other, id=101, round=round_ + 1),
        replace(said(1, other, id=102, round=round_), seat_id=77),
        replace(OPERATOR_WORD, round=round_, undone_at=6),
    ]
    assert settled([*noise, *given_], round_=round_, of=len(given_)) == settled(given_, round_=round_)


@given(VERDICTS, st.integers(1, 4))
def test_a_full_round_always_ends_and_its_verb_is_in_the_table(
    sheet: list[tuple[Verdict, float | None]], round_: int
) -> None:
    found = ended([said(i, v, c, round=round_) for i, (v, c) in enumerate(sheet, 1)], round_=round_)
    assert found.reason
    assert (found.task_verb is None) == (found.status == ReviewStatus.ESCALATED)
    assert found.task_verb is None or found.task_verb in TRANSITIONS
    if found.status == ReviewStatus.APPROVED:
        assert all(v == ABSTAIN or (v == APPROVE and c is not None and c >= 0.7) for v, c in sheet)
