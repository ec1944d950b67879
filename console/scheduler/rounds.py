"""Owns what an open round of review needs before its reviewers can speak: its seats, or the operator instead of them.

Verdicts are settled where they are given (`reviews.round`); this only sees to rounds that would wait for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.records.actor import OPERATOR
from console.records.review import ReviewStatus, Seat, SeatStatus
from console.records.task import TaskStatus
from console.reviews.seats import choose_reviewers
from console.scheduler.actions import Escalate, PrepareRound
from console.scheduler.matching import Team
from console.scheduler.slots import Slots
from console.scheduler.snapshot import ProjectView, Round

__all__ = ("open_rounds", "rounds")

DEFAULT_REVIEWERS = ("@reviewer",)


def open_rounds(view: ProjectView) -> list[Round]:
    """The rounds that wait for agents, oldest review first; those of held tasks wait for the operator."""
    waiting = (r for r in view.rounds if r.review.status == ReviewStatus.OPEN and r.task.status != TaskStatus.HELD)
    return sorted(waiting, key=lambda r: r.review.id)


def rounds(view: ProjectView, team: Team, slots: Slots) -> Iterator[PrepareRound | Escalate]:
    """What the open rounds of one project need. An archived project takes no writes."""
    if view.state.archived:
        return
    for waiting in open_rounds(view):
        if not waiting.seats:
            yield _prepare(view, waiting, team, slots)
        elif (reason := _nobody_left(waiting.seats, team)) is not None:
            yield _escalate(view, waiting, reason)


def _prepare(view: ProjectView, waiting: Round, team: Team, slots: Slots) -> PrepareRound | Escalate:
    review = waiting.review
    wanted = view.reviewers.get(review.protocol, DEFAULT_REVIEWERS)
    found = choose_reviewers(wanted, view.agents, author=review.author, load=slots.load, reachable=team.reachable)
    if not found:
        return _escalate(view, waiting, "no eligible reviewer")
    return PrepareRound(project=view.id, review_id=review.id, round=review.round, reviewers=found)


def _nobody_left(seats: tuple[Seat, ...], team: Team) -> str | None:
    """Why no verdict can come from these seats any more; None while one can."""
    if all(seat.status == SeatStatus.VACANT for seat in seats):
        return f"no reviewer is left: {_names(seats)} failed every attempt"
    lost = [s for s in seats if s.status == SeatStatus.WAITING and team.member(s.reviewer) is None]
    if any(s.status == SeatStatus.WORKING or (s.status == SeatStatus.WAITING and s not in lost) for s in seats):
        return None
    if lost:
        return f"{_names(lost)} is to review it and is no longer an agent of this project"
    vacant = [seat for seat in seats if seat.status == SeatStatus.VACANT]
    return f"{_names(vacant)} gave no verdict" if vacant else None


def _escalate(view: ProjectView, waiting: Round, reason: str) -> Escalate:
    review = waiting.review
    return Escalate(project=view.id, review_id=review.id, round=review.round, to=OPERATOR, reason=reason)


def _names(seats: tuple[Seat, ...] | list[Seat]) -> str:
    return ", ".join(seat.reviewer for seat in seats)
