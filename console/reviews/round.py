"""Owns what follows from the verdicts of a round, and when: the rules of DESIGN §9.

Knows nothing of sessions or storage: `blackboard.writes.reviews` asks inside the transaction of each verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.records.review import Review, ReviewStatus, Seat, SeatStatus, Verdict, VerdictGiven
from console.reviews.confidence import lowest

__all__ = ("Settled", "settle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How a round ended."""

    status: ReviewStatus
    reason: str
    """In one line, for people."""
    confidence: float | None = None
    """Of the round: the lowest of its seats, 0 to 1."""
    task_verb: str | None = None
    """`approve`, `request_changes` or `reject` (keys of the task's table of transitions); None where it is escalated."""


def settle(
    review: Review,
    seats: Sequence[Seat],
    verdicts: Sequence[VerdictGiven],
    *,
    max_rounds: int = 3,
    threshold: float = 0.7,
) -> Settled | None:
    """What follows from the verdicts of the review's current round; None while it waits for somebody.

    The review's own `max_rounds` and `threshold` go before those given. Seats and verdicts of other rounds and undone
    verdicts are passed over, so all of a thread may be given, in any order. A verdict without a seat is the operator's
    own: it stands whatever the seats say (DESIGN §9), the last one where there are several.
    """
    counting = [v for v in verdicts if v.round == review.round and v.undone_at is None]
    filled = {seat.id: seat for seat in seats if seat.round == review.round and seat.status != SeatStatus.VACANT}
    given = _one_per_seat(counting, filled)
    confidence = lowest(v.confidence for v in given if v.verdict != Verdict.ABSTAIN)
    own = [v for v in counting if v.seat_id is None and v.verdict != Verdict.ABSTAIN]
    if own:
        return _stands(max(own, key=lambda v: v.id), confidence)
    if not any(seat.round == review.round for seat in seats):
        return None
    if len(given) < len(filled):
        return None
    rounds = max_rounds if review.max_rounds is None else review.max_rounds
    gate = threshold if review.threshold is None else review.threshold
    return _weigh(given, confidence, review.round, rounds, gate)


def _one_per_seat(verdicts: Iterable[VerdictGiven], seats: dict[int, Seat]) -> list[VerdictGiven]:
    """The first verdict of each seat by id, so that a second word of a seat changes nothing."""
    first: dict[int, VerdictGiven] = {}
    for verdict in sorted(verdicts, key=lambda v: v.id):
        if verdict.seat_id in seats:
            first.setdefault(verdict.seat_id, verdict)
    return list(first.values())


def _stands(own: VerdictGiven, confidence: float | None) -> Settled:
    """The operator's verdict, as it is: neither the threshold nor the number of rounds bind it."""
    return _follows(own.verdict, f"{own.verdict.replace('_', ' ')} by {own.reviewer}", confidence)


def _weigh(given: list[VerdictGiven], confidence: float | None, round_: int, rounds: int, gate: float) -> Settled:
    said = {v.verdict for v in given} - {Verdict.ABSTAIN}
    if not said:
        reason = "every reviewer abstained" if given else "no reviewer is left"
        return _escalated(reason, confidence)
    if {Verdict.APPROVE, Verdict.REJECT} <= said:
        approving, rejecting = _names(given, Verdict.APPROVE), _names(given, Verdict.REJECT)
        return _escalated(f"approve ({approving}) beside reject ({rejecting})", confidence)
    if Verdict.REJECT in said:
        return _follows(Verdict.REJECT, f"rejected by {_names(given, Verdict.REJECT)}", confidence)
    if Verdict.REQUEST_CHANGES in said:
        asking = _names(given, Verdict.REQUEST_CHANGES)
        if round_ >= rounds:
            return _escalated(
                f"rounds run out: changes requested by {asking} in round {round_} of {rounds}", confidence
            )
        return _follows(Verdict.REQUEST_CHANGES, f"changes requested by {asking} in round {round_}", confidence)
    return _approval(given, confidence, gate)


def _approval(given: list[VerdictGiven], confidence: float | None, gate: float) -> Settled:
    """Approved, if every approval comes with scores that reach the threshold."""
    bare = [v for v in given if v.verdict == Verdict.APPROVE and v.confidence is None]
    if gate > 0 and bare:
        return _escalated(f"approved without scores by {', '.join(sorted(v.reviewer for v in bare))}", confidence)
    if confidence is not None and confidence < gate:
        return _escalated(f"approved with confidence {confidence:.2f}, below {gate:.2f}", confidence)
    return _follows(Verdict.APPROVE, f"approved by {_names(given, Verdict.APPROVE)}", confidence)


_STATUS = {
    Verdict.APPROVE: ReviewStatus.APPROVED,
    Verdict.REQUEST_CHANGES: ReviewStatus.CHANGES_REQUESTED,
    Verdict.REJECT: ReviewStatus.REJECTED,
}


def _follows(verdict: Verdict, reason: str, confidence: float | None) -> Settled:
    return Settled(status=_STATUS[verdict], reason=reason, confidence=confidence, task_verb=str(verdict))


def _escalated(reason: str, confidence: float | None) -> Settled:
    return Settled(status=ReviewStatus.ESCALATED, reason=reason, confidence=confidence)


def _names(given: list[VerdictGiven], verdict: Verdict) -> str:
    return ", ".join(sorted(v.reviewer for v in given if v.verdict == verdict))
