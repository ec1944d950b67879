"""Owns the alerts of agents that cannot be started: one for each that work waits for, one for each that cannot sign in.

Whether they can is seen elsewhere; nothing is spent on them meanwhile, and what is mended is noticed without a restart.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.records.cause import cause_of, kind_of, sentence
from console.records.fitness import MENDED_BY_HAND
from console.records.review import SeatStatus
from console.reviews.turns import whose_turn
from console.scheduler.actions import EndAlert, RaiseAlert
from console.scheduler.matching import Team
from console.scheduler.rounds import open_rounds
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("fitness", "sign_ins")

UNFIT = "unfit"
SIGN_IN = "sign-in"
PLACE = "workplace"
"""Stands for the agent in the cause of a place where nobody can work."""


def fitness(view: ProjectView, team: Team, now: int) -> Iterator[RaiseAlert | EndAlert]:
    """The alerts of one project. An archived project takes no writes."""
    if view.state.archived or not (view.unfit or view.place is not None or view.open_causes):
        return
    wanted = dict(_told(view, team))
    for cause, told in wanted.items():
        if cause not in view.open_causes:
            yield RaiseAlert(project=view.id, cause=cause, body=sentence(cause, reason=told))
    still = {cause_of(UNFIT, agent) for agent in view.unfit.keys() | view.unproven} | (
        {cause_of(UNFIT, PLACE)} if view.place else set()
    )
    for cause in sorted(view.open_causes):
        if kind_of(cause) == UNFIT and cause not in still:
            yield EndAlert(project=view.id, cause=cause)


def _told(view: ProjectView, team: Team) -> Iterator[tuple[str, str]]:
    """Whom work waits for, or would if nobody else took it: only what somebody must mend is told."""
    if view.place is not None and view.ready:
        yield cause_of(UNFIT, PLACE), view.place.told
    asked = {agent.id for task in view.ready for agent in team.fitting(task)}
    for waiting in open_rounds(view):
        asked |= {s.reviewer for s in whose_turn(waiting.review, waiting.seats) if s.status == SeatStatus.WAITING}
    for agent in view.agents:
        found = view.unfit.get(agent.id)
        if found is not None and agent.id in asked and found.why in MENDED_BY_HAND:
            yield cause_of(UNFIT, agent.id), f"{agent.id} {found.told}"


def sign_ins(snapshot: Snapshot) -> Iterator[RaiseAlert | EndAlert]:
    """One alert for each agent of the home that cannot sign in, until it can or is tried anew."""
    wanted = {cause_of(SIGN_IN, agent): (agent, said) for agent, said in snapshot.signed_out.items()}
    for cause, (agent, said) in wanted.items():
        if cause not in snapshot.home_causes:
            yield RaiseAlert(project="", cause=cause, body=sentence(cause, agent=agent, reason=said))
    for cause in sorted(snapshot.home_causes):
        if kind_of(cause) == SIGN_IN and cause not in wanted:
            yield EndAlert(project="", cause=cause)
