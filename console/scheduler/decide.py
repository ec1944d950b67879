"""Owns the decision: the world at one instant in, everything to do about it out. Each rule has a file of its own.

Does no I/O, reads no clock, keeps nothing between two decisions: the same snapshot gives the same actions.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.records.policy import Policy
from console.scheduler.actions import Action, Leave, StartSeat, StartTask
from console.scheduler.aftermath import aftermath
from console.scheduler.asks import asks
from console.scheduler.attention import attention, timeouts
from console.scheduler.budgets import Ledger, budgets, day_budget
from console.scheduler.dispatch import dispatch
from console.scheduler.endings import endings
from console.scheduler.fitness import fitness, sign_ins
from console.scheduler.lead import lead
from console.scheduler.learning import learning
from console.scheduler.matching import Team
from console.scheduler.no_shows import no_shows
from console.scheduler.pressure import pressure
from console.scheduler.rounds import rounds
from console.scheduler.schedules import schedules
from console.scheduler.self_check import self_check
from console.scheduler.silence import silence
from console.scheduler.slots import Slots
from console.scheduler.snapshot import ProjectView, Snapshot
from console.scheduler.stops import stops
from console.scheduler.unassignable import unassignable
from console.scheduler.unknown_backends import unknown_backends

__all__ = ("decide", "teams_of", "what_starts")


def decide(snapshot: Snapshot, policy: Policy, now: int) -> list[Action]:
    """What to do now, in the order in which to do it: health before dispatch, learning after it.

    `policy` is the home's (its limits); each project has its own merged one in its view. `now` is in epoch ms.
    """
    teams, slots = teams_of(snapshot), Slots(snapshot, policy)
    actions: list[Action] = []
    for view in snapshot.projects:
        actions += _health(view, snapshot, teams[view.id], slots, now)
    for view in snapshot.projects:
        actions += schedules(view, snapshot, now)
    starts = dispatch(snapshot, teams, slots, Ledger(snapshot), now)
    actions += starts
    for view in snapshot.projects:
        actions += learning(view, now)  # after the starts: it may write files, and no agent waits for these
    actions += sign_ins(snapshot)
    actions += self_check(snapshot, starts, now)
    actions += pressure(snapshot)
    actions += day_budget(snapshot)
    if snapshot.draining and not any(view.present for view in snapshot.projects):
        actions.append(Leave())
    return actions


def what_starts(snapshot: Snapshot, policy: Policy, now: int) -> tuple[list[StartSeat | StartTask], Slots, Ledger]:
    """Only the starts of the decision, with slots and budgets as they are after them; for those who explain it."""
    slots, ledger = Slots(snapshot, policy), Ledger(snapshot)
    return dispatch(snapshot, teams_of(snapshot), slots, ledger, now), slots, ledger


def teams_of(snapshot: Snapshot) -> Mapping[str, Team]:
    """The agents of each project, by its id."""
    return {view.id: Team(view.agents, snapshot.links, view.unfit) for view in snapshot.projects}


def _health(view: ProjectView, snapshot: Snapshot, team: Team, slots: Slots, now: int) -> list[Action]:
    """Everything about one project that does not start anything."""
    found: list[Action] = []
    found += endings(view, now)
    found += stops(view, snapshot, team, now)
    found += asks(view, now)
    found += lead(view, snapshot, team, now)
    found += silence(view, team, now)
    found += no_shows(view, team, now)
    found += unknown_backends(view)
    found += rounds(view, snapshot, team, slots, now)
    found += aftermath(view)
    found += unassignable(view, team)
    found += fitness(view, team, now)
    found += budgets(view, now)
    if not view.state.archived:
        found += attention(view.id, view.needs, view.open_causes)
        found += timeouts(view.id, view.timed_out, view.open_causes)
    return found
