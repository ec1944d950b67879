"""Owns what a round of review needs so that it never waits for nobody: its seats, and an end to waiting for some of them.

Verdicts are settled where they are given (`reviews.round`); this sees to rounds that no verdict moves on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.records.review import FINAL_REVIEW, ReviewStatus, Seat, SeatStatus
from console.records.task import TaskStatus
from console.reviews.protocol import Protocol
from console.reviews.seats import choose_reviewers, ladder_of
from console.reviews.turns import of_round, open_seats, with_agents
from console.scheduler.actions import EndRound, PrepareRound
from console.scheduler.gates import project_closed
from console.scheduler.matching import Team
from console.scheduler.slots import Slots
from console.scheduler.snapshot import ProjectView, Round, Snapshot

__all__ = ("GRACE", "ending", "open_rounds", "rounds", "to_prepare")

GRACE = 600
"""Seconds after a start, a wake or a resume before a round that ran out meanwhile is ended: its reviewers live again."""


def open_rounds(view: ProjectView) -> list[Round]:
    """The rounds that wait for agents, oldest review first; those of a held task rest with it."""
    found = (r for r in view.rounds if with_agents(r.review) and r.task.status != TaskStatus.HELD)
    return sorted(found, key=lambda r: r.review.id)


def to_prepare(waiting: Round) -> bool:
    """It wants its seats now. The final review of a task waits until all its children are settled."""
    if waiting.review.status != ReviewStatus.OPEN or of_round(waiting.review, waiting.seats):
        return False
    return not (waiting.review.protocol == FINAL_REVIEW and waiting.open_children)


def rounds(
    view: ProjectView, snapshot: Snapshot, team: Team, slots: Slots, now: int
) -> Iterator[PrepareRound | EndRound]:
    """What the rounds of one project need. An archived project takes no writes."""
    if view.state.archived:
        return
    for waiting in open_rounds(view):
        if to_prepare(waiting):
            yield _prepare(view, waiting, team, slots)
        elif (end := ending(view, snapshot, waiting, team, now)) is not None:
            yield end


def _prepare(view: ProjectView, waiting: Round, team: Team, slots: Slots) -> PrepareRound:
    review = waiting.review
    protocol = view.protocols.get(review.protocol) or Protocol(name=review.protocol)
    wanted = (view.policy.review_escalate_to,) if protocol.escalate_to is None else protocol.escalate_to
    return PrepareRound(
        project=view.id,
        review_id=review.id,
        round=review.round,
        reviewers=choose_reviewers(
            protocol.reviewers,
            view.agents,
            author=review.author,
            load=slots.load,
            reachable=team.reachable,
            before=waiting.before,
        ),
        ladder=ladder_of(wanted, view.agents, author=review.author),
    )


def ending(view: ProjectView, snapshot: Snapshot, waiting: Round, team: Team, now: int) -> EndRound | None:
    """The end of waiting for seats that nobody fills, or not in time; None while all that are open are waited for.

    A round whose last seat fell vacant without anybody looking is looked at once more.
    """
    review, left = waiting.review, open_seats(waiting.review, waiting.seats)
    lost = [s for s in left if s.status == SeatStatus.WAITING and team.member(s.reviewer) is None]
    if left and project_closed(view, snapshot) is None and _ran_out(waiting, snapshot, now):
        return _ended(view, waiting, left, f"no verdict of {_names(left)} in {_told(review.round_timeout)}")
    if lost:
        return _ended(view, waiting, lost, f"{_names(lost)} is no agent of this project any more")
    if not left and (
        review.status == ReviewStatus.ESCALATED or any(s.status == SeatStatus.VACANT for s in waiting.seats)
    ):
        return _ended(view, waiting, (), "")
    return None


def _ran_out(waiting: Round, snapshot: Snapshot, now: int) -> bool:
    """Its time is over, and it was not merely the scheduler that slept."""
    review = waiting.review
    if review.round_until is None:
        return False
    grace = min(GRACE, review.round_timeout or GRACE) * 1000
    return now >= max(review.round_until, snapshot.watching_since + grace)


def _ended(view: ProjectView, waiting: Round, seats: Sequence[Seat], reason: str) -> EndRound:
    review = waiting.review
    return EndRound(
        project=view.id, review_id=review.id, round=review.round, seats=tuple(s.id for s in seats), reason=reason
    )


def _names(seats: Sequence[Seat]) -> str:
    return ", ".join(seat.reviewer for seat in seats)


def _told(seconds: int) -> str:
    return f"{seconds // 3600} h" if seconds and seconds % 3600 == 0 else f"{seconds} s"
