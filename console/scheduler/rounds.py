"""Owns what a round of review needs so that it never waits for nobody: its seats, and an end to waiting for some of them.

Verdicts are settled where they are given (`reviews.round`); this sees to rounds that no verdict moves on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from console.records.fitness import UnfitWhy
from console.records.review import FINAL_REVIEW, ReviewStatus, Seat, SeatStatus, Verdict
from console.records.task import TaskStatus
from console.reviews.protocol import Protocol
from console.reviews.seats import choose_reviewers, ladder_of
from console.reviews.turns import of_round, open_seats, to_follow, with_agents
from console.scheduler.actions import EndRound, PrepareRound
from console.scheduler.budgets import Ledger
from console.scheduler.gates import project_closed
from console.scheduler.matching import Team
from console.scheduler.slots import Slots
from console.scheduler.snapshot import ProjectView, Round, Snapshot
from console.scheduler.stand_ins import Load, followed, unasked

__all__ = ("GRACE", "SOON", "ending", "open_rounds", "rounds", "to_prepare")

GRACE = 600
"""Seconds after a start, a wake or a resume before a round that ran out meanwhile is ended: its reviewers live again."""
SOON = 300_000
"""Milliseconds for which a reviewer that its provider refuses is waited for."""


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
        elif (end := ending(view, snapshot, waiting, team, slots.load, now)) is not None:
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
            authors=waiting.authors,
            load=slots.load,
            reachable=team.reachable,
            before=waiting.before,
        ),
        ladder=ladder_of(wanted, view.agents, authors=waiting.authors),
    )


def ending(view: ProjectView, snapshot: Snapshot, waiting: Round, team: Team, load: Load, now: int) -> EndRound | None:
    """The end of waiting for seats that nobody fills, or not in time; None while all that are open are waited for.

    Who says nothing is followed by a stand-in, where what the others say does not settle the round. A round whose last
    seat fell vacant without anybody looking is looked at once more.
    """
    review, left = waiting.review, open_seats(waiting.review, waiting.seats)
    behind = to_follow(review, waiting.seats)
    idle = [s for s in left if s.status == SeatStatus.WAITING]
    lost = [s for s in idle if team.member(s.reviewer) is None]
    if left and project_closed(view, snapshot) is None and _ran_out(view, waiting, snapshot, now):
        why = f"no verdict of {_names(left)} in {_told(review.round_timeout)}"
        spoken = any(v.verdict != Verdict.ABSTAIN for v in waiting.verdicts)
        return _ended(view, waiting, left, why) if spoken else _follow(view, waiting, team, (*behind, *left), load, why)
    if lost:
        why = f"{_names(lost)} is no agent of this project any more"
        return _follow(view, waiting, team, lost, load, why)
    if passed := _passed_over(view, waiting, team, idle, load, now):
        return passed
    if behind and not left:
        gave_up = [s for s in behind if s.status == SeatStatus.VACANT]
        return _follow(view, waiting, team, behind, load, f"{_names(gave_up)} failed every attempt" if gave_up else "")
    if not left and (
        review.status == ReviewStatus.ESCALATED or any(s.status == SeatStatus.VACANT for s in waiting.seats)
    ):
        return _ended(view, waiting, (), "")
    return None


def _follow(view: ProjectView, waiting: Round, team: Team, seats: Sequence[Seat], load: Load, reason: str) -> EndRound:
    """These seats are given up; who follows is asked, and who cannot be asked is told."""
    if waiting.review.status != ReviewStatus.OPEN:
        return _ended(view, waiting, seats, reason)
    instead = followed(view, waiting, team, seats, load)
    left = "" if instead else unasked(view, waiting, team, seats)
    return replace(_ended(view, waiting, seats, reason), instead=tuple(instead.values()), left=left)


def _passed_over(
    view: ProjectView, waiting: Round, team: Team, idle: Sequence[Seat], load: Load, now: int
) -> EndRound | None:
    """Whoever cannot be started gives way to somebody who can. Without one it is waited for, but not on the ladder.

    Who is refused for a few minutes only keeps the seat.
    """
    unfit = [s for s in idle if _is_out(view, team, s, now)]
    if waiting.review.status == ReviewStatus.OPEN:
        instead = followed(view, waiting, team, unfit, load, at_once=True)
        unfit = [s for s in unfit if s.id in instead]
    else:
        instead = {}
    if not unfit:
        return None
    why = "; ".join(f"{s.reviewer} {_why(team, s)}" for s in unfit)
    return replace(_ended(view, waiting, unfit, why), instead=tuple(instead.values()), heard=False)


def _why(team: Team, seat: Seat) -> str:
    agent = team.member(seat.reviewer)
    return "" if agent is None else team.why_out(agent) or ""


def _is_out(view: ProjectView, team: Team, seat: Seat, now: int) -> bool:
    found, agent = view.unfit.get(seat.reviewer), team.member(seat.reviewer)
    if found is not None:
        return found.why != UnfitWhy.LIMITED or found.until is None or found.until - now > SOON
    return agent is not None and bool(agent.fallback) and team.why_out(agent) is not None


def _ran_out(view: ProjectView, waiting: Round, snapshot: Snapshot, now: int) -> bool:
    """Its time is over, and it was not merely the scheduler that slept."""
    review = waiting.review
    if review.round_until is None:
        return False
    grace = min(GRACE, review.round_timeout or GRACE) * 1000
    over = now >= max(review.round_until, snapshot.watching_since + grace)
    # Nobody is late whom a budget keeps from starting.
    return over and Ledger(snapshot).spent(view, waiting.task.id) is None


def _ended(view: ProjectView, waiting: Round, seats: Sequence[Seat], reason: str) -> EndRound:
    review = waiting.review
    return EndRound(
        project=view.id, review_id=review.id, round=review.round, seats=tuple(s.id for s in seats), reason=reason
    )


def _names(seats: Sequence[Seat]) -> str:
    return ", ".join(seat.reviewer for seat in seats)


def _told(seconds: int) -> str:
    return f"{seconds // 3600} h" if seconds and seconds % 3600 == 0 else f"{seconds} s"
