"""Owns who is asked in the place of a reviewer who said nothing, gave up, left or cannot be started.

Ends no round itself: where nobody is left to ask, `rounds` says so and the round goes on without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.records.agent import Agent
from console.records.fitness import UnfitWhy
from console.records.review import Seat, SeatStatus
from console.reviews.protocol import Protocol
from console.reviews.seats import FALLBACK, stand_in
from console.scheduler.matching import Team
from console.scheduler.snapshot import ProjectView, Round

__all__ = ("followed", "unasked")

Load = Callable[[Agent], int]


def followed(
    view: ProjectView, waiting: Round, team: Team, seats: Sequence[Seat], load: Load, *, at_once: bool = False
) -> dict[int, str]:
    """Who follows on which of these seats, each another one; a seat for whom there is nobody is left out.

    Only who could be started now where it has to be `at_once`, else also who is refused until a time. Whom the reviewer
    itself names to work in its place comes first, whatever its role.
    """
    but = _had(waiting)
    found: dict[int, str] = {}
    able = [a for a in view.agents if (team.reachable(a) if at_once else _waits(view, a))]
    for seat in seats:
        who = stand_in(_wanted(view, waiting, team, seat), able, but=but, load=load, reachable=team.reachable)
        if who is not None:
            found[seat.id] = who
            but.add(who)
    return found


def unasked(view: ProjectView, waiting: Round, team: Team, seats: Sequence[Seat]) -> str:
    """Who would follow on these seats and cannot be started, with the reason; empty where there is no such agent."""
    but = _had(waiting)
    wanted = {entry for seat in seats for entry in _wanted(view, waiting, team, seat)}
    able = [a for a in view.agents if a.id not in but and not _waits(view, a)]
    return "; ".join(
        f"{a.id} {view.unfit[a.id].told}" for a in able if stand_in(tuple(wanted), (a,), but=but) is not None
    )


def _waits(view: ProjectView, agent: Agent) -> bool:
    """It can be asked, now or when its time has come: nothing has to be mended first."""
    found = view.unfit.get(agent.id)
    return found is None or found.why == UnfitWhy.LIMITED


def _had(waiting: Round) -> set[str | None]:
    """Who is not asked (again): the authors, the ladder, which comes later, who had a chance. Who was passed over had none."""
    review = waiting.review
    passed = {s.id for s in waiting.seats if s.status == SeatStatus.VACANT and s.stand_in is None}
    return {*waiting.authors, *review.ladder, *(s.reviewer for s in waiting.seats if s.id not in passed)}


def _wanted(view: ProjectView, waiting: Round, team: Team, seat: Seat) -> tuple[str, ...]:
    """Whom the protocol asks for on this seat: its role, or, after one who is named, whoever reviews here."""
    protocol = view.protocols.get(waiting.review.protocol) or Protocol(name=waiting.review.protocol)
    agent = team.member(seat.reviewer)
    roles = (entry for entry in protocol.reviewers if entry.startswith("@"))
    named = () if agent is None else (other.id for other in team.after(agent))
    return (*named, *(entry for entry in roles if agent is None or entry == f"@{agent.role}"), *FALLBACK)
