"""Owns the end of the lead's turn: which asks that went to the lead come to the operator after all, and why.

Asked it is when the ask is made, and its task is started like any other; here is only when that is over.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.records.lead import Turn
from console.records.task import TaskStatus
from console.scheduler.actions import EndTurn
from console.scheduler.budgets import Ledger
from console.scheduler.caps import told
from console.scheduler.gates import project_closed
from console.scheduler.matching import Team
from console.scheduler.snapshot import ProjectView, Snapshot
from console.scheduler.why import Why

__all__ = ("lead",)

_CLOSED = {
    Why.ESTOPPED: "the home is e-stopped",
    Why.HOME_PAUSED: "the home is paused",
    Why.PROJECT_PAUSED: "the project is paused",
    Why.DISK: "the disk is nearly full",
}
"""What keeps it from being started until a person ends that; who only drains is followed by another."""


def lead(view: ProjectView, snapshot: Snapshot, team: Team, now: int) -> Iterator[EndTurn]:
    """The turns of one project that are over."""
    if view.state.archived:
        return
    for turn in view.turns:
        if turn.open and turn.why:
            continue  # the operator has it
        if (why := _over(turn, view, snapshot, team, now)) is not None:
            yield EndTurn(project=view.id, ask=turn.ask, why=why)


def _over(turn: Turn, view: ProjectView, snapshot: Snapshot, team: Team, now: int) -> str | None:
    """Why, as the end of a sentence that begins with its name; empty where the ask is settled, None where it is its turn."""
    if not turn.open:
        return ""
    match turn.status:
        case TaskStatus.DONE | TaskStatus.REVIEW:
            return "handed in without an answer"
        case TaskStatus.PENDING | TaskStatus.HELD | TaskStatus.FAILED if turn.tried:
            return f"ended without an answer: {turn.said}" if turn.said else "ended without an answer"
        case TaskStatus.HELD | TaskStatus.FAILED:
            return f"may not be asked: {turn.said}"
        case TaskStatus.CANCELLED:
            return "was stopped"
    if now >= turn.asked_at + view.policy.lead_wait * 1000:
        return f"gave no answer within {view.policy.lead_wait} s"
    return _kept_out(turn, view, snapshot, team) if turn.status == TaskStatus.PENDING else None


def _kept_out(turn: Turn, view: ProjectView, snapshot: Snapshot, team: Team) -> str | None:
    """What keeps the lead from being started, if more than that it is busy or that there is no slot."""
    agent = team.member(turn.agent)
    if agent is None or view.policy.lead != turn.agent:
        return "is not the lead any more"
    if (closed := project_closed(view, snapshot)) in _CLOSED:
        return f"cannot be started: {_CLOSED[closed]}"
    if not team.reachable(agent):
        return team.why_out(agent) or "cannot be reached"
    spent = Ledger(snapshot).spent(view, turn.task_id)
    return None if spent is None else f"cannot be started: {told(spent)}"
