"""Owns whose turn it is in a round: the seats that may speak now, and whom the ladder asks next.

Knows no verdicts' meaning: what follows from them is `round`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.records.actor import OPERATOR
from console.records.review import Review, ReviewStatus, Seat, SeatKind, SeatStatus, StandIn

__all__ = ("next_rung", "of_round", "open_seats", "to_follow", "with_agents", "whose_turn")

_OPEN = (SeatStatus.WAITING, SeatStatus.WORKING)


def with_agents(review: Review) -> bool:
    """Agents are asked for its verdict now, not the operator."""
    if review.status == ReviewStatus.ESCALATED:
        return review.escalated_to not in (None, OPERATOR)
    return review.status == ReviewStatus.OPEN


def of_round(review: Review, seats: Sequence[Seat], kind: SeatKind = SeatKind.REVIEW) -> tuple[Seat, ...]:
    """The seats of one kind of the review's present round, in their order."""
    here = (s for s in seats if s.review_id == review.id and s.round == review.round and s.kind == kind)
    return tuple(sorted(here, key=lambda s: s.id))


def open_seats(review: Review, seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """The seats of the present round that are still waited for."""
    if review.status == ReviewStatus.ESCALATED:
        asked = of_round(review, seats, SeatKind.ESCALATION)
        return tuple(s for s in asked if s.status in _OPEN and s.reviewer == review.escalated_to)
    if review.status != ReviewStatus.OPEN:
        return ()
    return tuple(s for s in of_round(review, seats) if s.status in _OPEN)


def to_follow(review: Review, seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """The seats of reviewers who abstained or gave up, and for whom nobody was sought yet."""
    if review.status != ReviewStatus.OPEN:
        return ()
    return tuple(s for s in of_round(review, seats) if s.stand_in == StandIn.WANTED)


def whose_turn(review: Review, seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """The seats that may speak now: all that are open, or the first of them where they speak in sequence."""
    found = open_seats(review, seats)
    return found[:1] if review.in_sequence and review.status == ReviewStatus.OPEN else found


def next_rung(review: Review, seats: Sequence[Seat]) -> str:
    """Whom an unsettled round goes to next: never its author, nobody who had a seat in it; at the end the operator."""
    had = {s.reviewer for s in seats if s.review_id == review.id and s.round == review.round}
    return next((agent for agent in review.ladder if agent not in had and agent != review.author), OPERATOR)
