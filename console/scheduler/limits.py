"""Owns what a limit holds up: the agents that a provider refuses until a time and that work waits for. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator

from console.records.fitness import Unfit, UnfitWhy
from console.records.review import SeatStatus
from console.reviews.turns import whose_turn
from console.scheduler.decide import teams_of
from console.scheduler.gates import project_closed
from console.scheduler.rounds import open_rounds
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("held_up",)


def held_up(snapshot: Snapshot) -> dict[str, Unfit]:
    """By id: who may be started again by itself at a time that is known, where something waits for that."""
    found: dict[str, Unfit] = {}
    for view in snapshot.projects:
        if view.unfit and project_closed(view, snapshot) is None:
            for agent in _asked(view, snapshot):
                unfit = view.unfit.get(agent)
                if unfit is not None and unfit.why == UnfitWhy.LIMITED and unfit.until is not None:
                    found[agent] = unfit
    return found


def _asked(view: ProjectView, snapshot: Snapshot) -> Iterator[str]:
    """Whom ready tasks and open seats wait for; where some task is not due yet, that may be anybody."""
    if view.next_due_at is not None:
        yield from view.unfit
    team = teams_of(snapshot)[view.id]
    for task in view.ready:
        yield from (agent.id for agent in team.fitting(task))
    for waiting in open_rounds(view):
        seats = whose_turn(waiting.review, waiting.seats)
        yield from (seat.reviewer for seat in seats if seat.status == SeatStatus.WAITING)
