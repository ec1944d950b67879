"""Owns what follows from the verdicts of a round, and when.

Knows nothing of sessions, clocks or storage: `blackboard.writes.rounds` asks inside the transaction of each verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.records.review import Review, ReviewStatus, Seat, SeatKind, SeatStatus, Verdict, VerdictGiven
from console.reviews.confidence import lowest
from console.reviews.gates import failed_gates
from console.reviews.turns import next_rung, of_round, to_follow, with_agents

__all__ = ("Settled", "settle")

BEYOND = 2
"""An agent of the ladder may send work back beyond the last round, until there were so many times as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How a round ended."""

    status: ReviewStatus
    reason: str
    """In one line, for people."""
    confidence: float | None = None
    """Of the round: the lowest of its seats, 0 to 1; of an approval that a quorum gave, of those who approved."""
    task_verb: str | None = None
    """`approve`, `request_changes` or `reject` (keys of the task's table of transitions); None where it is escalated."""
    to: str | None = None
    """Whom it is escalated to: an agent of the ladder, or the operator."""


def settle(
    review: Review,
    seats: Sequence[Seat],
    verdicts: Sequence[VerdictGiven],
    *,
    max_rounds: int = 3,
    threshold: float = 0.7,
    nobody: str = "",
) -> Settled | None:
    """What follows from the verdicts of the review's current round; None while it waits for somebody.

    The review's own `max_rounds` and `threshold` go before those given. Seats and verdicts of other rounds and undone
    verdicts are passed over, so all of a thread may be given, in any order. A verdict without a seat is the operator's
    own: it stands whatever the seats say, the last one where there are several. A failed gate is outvoted by
    nobody else. Before what the reviewers said goes up for want of verdicts, whoever abstained or gave up is followed by a
    stand-in, for whom it waits. `nobody` says why there are none, where somebody was not asked.
    """
    counting = [v for v in verdicts if v.review_id == review.id and v.round == review.round and v.undone_at is None]
    own = [v for v in counting if v.seat_id is None and v.verdict != Verdict.ABSTAIN]
    asked = of_round(review, seats)
    given = _one_per_seat(counting, asked)
    if own:
        return _stands(max(own, key=lambda v: v.id), _confidence(given.values()))
    rules = _Rules(review, seats, max_rounds, threshold, nobody)
    if review.status == ReviewStatus.ESCALATED:
        return rules.of_rung(counting) if with_agents(review) else None
    if not asked:
        return None
    said = _spoken(review, asked, given)
    return None if said is None else rules.weigh(said)


def _spoken(review: Review, asked: Sequence[Seat], given: dict[int, VerdictGiven]) -> list[VerdictGiven] | None:
    """The verdicts that end the round; None while a seat is waited for. In sequence the first objection ends it."""
    said: list[VerdictGiven] = []
    for seat in asked:
        verdict = given.get(seat.id)
        if verdict is not None:
            said.append(verdict)
            if review.in_sequence and _objects(review, verdict):
                break
        elif seat.status != SeatStatus.VACANT:
            return None
    return said


def _objects(review: Review, given: VerdictGiven) -> bool:
    against = given.verdict in (Verdict.REQUEST_CHANGES, Verdict.REJECT)
    return against or bool(failed_gates(given.scores, review.gates))


def _one_per_seat(verdicts: Iterable[VerdictGiven], seats: Iterable[Seat]) -> dict[int, VerdictGiven]:
    """The first verdict of each seat by id, so that a second word of a seat changes nothing; a vacant one has none."""
    filled = {seat.id for seat in seats if seat.status != SeatStatus.VACANT}
    first: dict[int, VerdictGiven] = {}
    for verdict in sorted(verdicts, key=lambda v: v.id):
        if verdict.seat_id in filled:
            first.setdefault(verdict.seat_id, verdict)
    return first


def _stands(own: VerdictGiven, confidence: float | None) -> Settled:
    """The operator's verdict, as it is: neither gates, the threshold nor the number of rounds bind it."""
    return _follows(own.verdict, f"{own.verdict.replace('_', ' ')} by {own.reviewer}", confidence)


class _Rules:
    """The rules with the numbers of one review filled in."""

    def __init__(self, review: Review, seats: Sequence[Seat], rounds: int, threshold: float, nobody: str) -> None:
        self._review = review
        self._seats = seats
        self._nobody = nobody
        self._rounds = rounds if review.max_rounds is None else review.max_rounds
        self._threshold = threshold if review.threshold is None else review.threshold

    def weigh(self, given: Sequence[VerdictGiven]) -> Settled | None:
        """What the reviewers said, all of them that are to say something; None while stand-ins are to say more."""
        heard = [v for v in given if v.verdict != Verdict.ABSTAIN]
        said, confidence = {v.verdict for v in heard}, _confidence(heard)
        if not heard:
            return None if self._more else self._up(self._silence(given), confidence)
        if {Verdict.APPROVE, Verdict.REJECT} <= said:
            both = f"approve ({_names(given, Verdict.APPROVE)}) beside reject ({_names(given, Verdict.REJECT)})"
            return self._up(both, confidence)
        if Verdict.REJECT in said:
            return _follows(Verdict.REJECT, f"rejected by {_names(given, Verdict.REJECT)}", confidence)
        approving = [v for v in heard if v.verdict == Verdict.APPROVE]
        needed = self._review.quorum or len(heard)
        objection = self._objection(given)
        if objection is None and len(approving) >= needed:
            return self._approval(approving, given)
        if objection is not None or Verdict.REQUEST_CHANGES in said:
            return self._changes(
                objection or f"changes requested by {_names(given, Verdict.REQUEST_CHANGES)}", confidence
            )
        if self._more:
            return None
        names = _names(given, Verdict.APPROVE)
        return self._up(f"approved by {names} only: {len(approving)} of {needed} approvals that it needs", confidence)

    @property
    def _more(self) -> bool:
        return bool(to_follow(self._review, self._seats))

    def _silence(self, given: Sequence[VerdictGiven]) -> str:
        asked = of_round(self._review, self._seats)
        if len(given) == len(asked) and not self._nobody:
            return "every reviewer abstained"
        nobody = self._nobody or "no reviewer is left"
        return f"{_names(given, Verdict.ABSTAIN)} abstained; {nobody}" if given else nobody

    def of_rung(self, counting: Sequence[VerdictGiven]) -> Settled | None:
        """What the agent said whom the round went to; where that settles nothing, it goes on to the next."""
        asked = of_round(self._review, self._seats, SeatKind.ESCALATION)
        seat = next((s for s in asked if s.reviewer == self._review.escalated_to), None)
        said = {} if seat is None else _one_per_seat(counting, [seat])
        if seat is not None and seat.status != SeatStatus.VACANT and not said:
            return None
        if seat is None or not said:
            return self._on(f"{self._review.escalated_to} gave no verdict", None)
        (given,) = said.values()
        return self._decided(given)

    def _decided(self, given: VerdictGiven) -> Settled:
        confidence, name = given.confidence, given.reviewer
        match given.verdict:
            case Verdict.ABSTAIN:
                return self._on(f"{name} abstained", confidence)
            case Verdict.APPROVE:
                objection = self._objection([given])
                found = self._up(objection, confidence) if objection else self._approval([given], [given])
                return found if found.task_verb else self._on(found.reason, confidence)
            case Verdict.REQUEST_CHANGES if self._review.round >= self._rounds * BEYOND:
                return self._on(f"{name} asks for changes once more, after {self._review.round} rounds", confidence)
            case _:
                return _follows(
                    given.verdict, f"{given.verdict.replace('_', ' ')} by {name}, who was asked", confidence
                )

    def _objection(self, given: Sequence[VerdictGiven]) -> str | None:
        """What keeps it from being approved, whoever approves."""
        failed = [
            f"{gate.told} ({v.reviewer})"
            for v in sorted(given, key=lambda v: v.id)
            for gate in failed_gates(v.scores, self._review.gates)
        ]
        return "; ".join(failed) or None

    def _changes(self, reason: str, confidence: float | None) -> Settled:
        round_ = self._review.round
        if round_ >= self._rounds:
            return self._up(f"rounds run out: {reason} in round {round_} of {self._rounds}", confidence)
        return _follows(Verdict.REQUEST_CHANGES, f"{reason} in round {round_}", confidence)

    def _approval(self, approving: Sequence[VerdictGiven], given: Sequence[VerdictGiven]) -> Settled:
        """Approved, if every approval comes with scores that reach the threshold."""
        confidence = lowest(v.confidence for v in approving)
        bare = sorted(v.reviewer for v in approving if v.confidence is None)
        if self._threshold > 0 and bare and self._review.rubric:
            return self._up(f"approved without scores by {', '.join(bare)}", confidence)
        if confidence is not None and confidence < self._threshold:
            return self._up(f"approved with confidence {confidence:.2f}, below {self._threshold:.2f}", confidence)
        reason = f"approved by {_names(approving, Verdict.APPROVE)}"
        outvoted = _names(given, Verdict.REQUEST_CHANGES)
        return _follows(Verdict.APPROVE, f"{reason}; outvoted: {outvoted}" if outvoted else reason, confidence)

    def _on(self, reason: str, confidence: float | None) -> Settled:
        """On to the next, who is told also why it went to the one before."""
        before = self._review.reason
        return self._up(f"{before}; {reason}" if before else reason, confidence)

    def _up(self, reason: str, confidence: float | None) -> Settled:
        to = next_rung(self._review, self._seats)
        return Settled(status=ReviewStatus.ESCALATED, reason=reason, confidence=confidence, to=to)


_STATUS = {
    Verdict.APPROVE: ReviewStatus.APPROVED,
    Verdict.REQUEST_CHANGES: ReviewStatus.CHANGES_REQUESTED,
    Verdict.REJECT: ReviewStatus.REJECTED,
}


def _follows(verdict: Verdict, reason: str, confidence: float | None) -> Settled:
    return Settled(status=_STATUS[verdict], reason=reason, confidence=confidence, task_verb=str(verdict))


def _confidence(given: Iterable[VerdictGiven]) -> float | None:
    return lowest(v.confidence for v in given if v.verdict != Verdict.ABSTAIN)


def _names(given: Sequence[VerdictGiven], verdict: Verdict) -> str:
    return ", ".join(sorted(v.reviewer for v in given if v.verdict == verdict))
