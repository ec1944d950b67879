"""Owns which projects deserve a longer page of ready tasks: those where somebody is free and the page had nothing for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.scheduler.actions import Action, StartSeat, StartTask
from console.scheduler.budgets import Ledger
from console.scheduler.matching import link_down
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("pages_to_turn",)


def pages_to_turn(snapshot: Snapshot, actions: Sequence[Action], max_agents: int) -> Iterator[str]:
    """Ids of the projects in which nothing was started although a slot and an agent are free."""
    starts = [action for action in actions if isinstance(action, StartTask | StartSeat)]
    busy = {present.session.agent for view in snapshot.projects for present in view.present}
    busy |= {start.agent for start in starts}
    slots = sum(len(view.present) for view in snapshot.projects) + len(starts)
    closed = snapshot.paused or snapshot.estopped or snapshot.draining or not snapshot.enough_disk
    if closed or slots >= max_agents:
        return
    started, ledger = {start.project for start in starts}, Ledger(snapshot)
    for view in snapshot.projects:
        if (
            view.ready
            and view.id not in started
            and view.state.paused_at is None
            and ledger.spent(view) is None
            and _somebody_free(view, snapshot, busy)
        ):
            yield view.id


def _somebody_free(view: ProjectView, snapshot: Snapshot, busy: set[str]) -> bool:
    """An agent with parallel sessions that is at work counts as busy: its next session comes with the next change."""
    cap = view.policy.max_project_agents
    if cap is not None and len(view.present) >= cap:
        return False
    if view.place is not None:
        return False
    if view.one_author and any(present.seat is None for present in view.present):
        return False
    return any(
        a.id not in busy and a.id not in view.unfit and link_down(a, snapshot.links) is None for a in view.agents
    )
