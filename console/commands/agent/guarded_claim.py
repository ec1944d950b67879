"""Owns the guardrails' and budgets' place in a claim that an agent makes for itself, as the scheduler asks them for its own.

Refuses before anything is claimed; loads YAML only here.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from console.blackboard.connection import Database
from console.blackboard.writes.claims import check_claimable
from console.commands.agent.desk import Desk
from console.errors import ConfigError, Conflict, DatabaseSetAside, MoziError, Unavailable
from console.records.actor import Actor, Origin
from console.records.budget import Limit, Usage

if TYPE_CHECKING:
    from console.guardrails.rules import Guardrails
    from console.scheduler.snapshot import ProjectView

__all__ = ("refuse_guarded",)

BUSY_MS = 1000


def refuse_guarded(
    desk: Desk, db: Database, agent: str, task: int, *, seat: int | None, home_paused: bool, grace: int
) -> tuple[str, ...]:
    """Raise Conflict where a budget is used up or a rule does not let `agent` start; what a rule asks for is done.

    Only of a claim that would succeed: nobody gets a task held or denied by asking for what is not theirs. Gives what a
    budget could not count.
    """
    from console.settings.guardrails import load_guardrails

    check_claimable(db, agent, task_id=task, seat_id=seat, now=desk.now(), home_paused=home_paused, grace=grace)
    try:
        guardrails = load_guardrails(desk.home, desk.folder).guardrails
        day = load_guardrails(desk.home, None).guardrails.budgets.day
    except ConfigError as error:
        raise Conflict(f"nothing can be claimed while the guardrails cannot be read: {error.problems[0]}") from error
    notes = _refuse_spent(desk, db, guardrails, day, task)
    _refuse_ruled(desk, db, guardrails, agent, task, reviewing=seat is not None)
    return notes


def _refuse_spent(desk: Desk, db: Database, guardrails: Guardrails, day: Limit, task_id: int) -> tuple[str, ...]:
    from console.scheduler.budgets import Ledger
    from console.scheduler.caps import told
    from console.scheduler.snapshot import ProjectView, Snapshot

    budgets = guardrails.budgets
    if not (day.any or budgets.task.any or budgets.project.any or budgets.project_day.any):
        return ()
    view = _view(desk, db, guardrails, task_id)
    others, notes = _others(desk) if day.any else ((), ())
    rest = tuple(ProjectView(state=view.state, used_today=used) for used in others)
    spent = Ledger(Snapshot(projects=(view, *rest), day=day)).spent(view, task_id)
    if spent is not None:
        raise Conflict(f"task #{task_id} cannot be claimed: {told(spent)}")
    return notes


def _view(desk: Desk, db: Database, guardrails: Guardrails, task_id: int) -> ProjectView:
    from console.blackboard.reads.tasks import state
    from console.blackboard.reads.usage import used, used_by_tasks, used_since
    from console.days import start_of_day
    from console.scheduler.snapshot import ProjectView

    return ProjectView(
        state=state(db),
        budgets=guardrails.budgets,
        used=used(db),
        used_today=used_since(db, start_of_day(desk.now()), desk.now()),
        tasks_used=used_by_tasks(db, [task_id]),
    )


def _others(desk: Desk) -> tuple[tuple[Usage, ...], tuple[str, ...]]:
    """What the other projects used today, and which count nothing because they are set aside: that stops no other.

    Raises Unavailable where one cannot be read just now: what it used is not taken for nothing.
    """
    from console.blackboard.connection import open_project
    from console.blackboard.reads.usage import used_since
    from console.days import start_of_day
    from console.registry import folders

    found, notes = [], []
    for name, folder in folders(desk.home).items():
        if name == desk.project:
            continue
        try:
            with closing(open_project(folder, read_only=True, busy_ms=BUSY_MS)) as db:
                found.append(used_since(db, start_of_day(desk.now()), desk.now()))
        except DatabaseSetAside as error:
            notes.append(f"the budget of the day does not count {name}: {error}")
        except MoziError as error:
            raise Unavailable(f"the budget of the day cannot be counted now: {error}") from error
    return tuple(found), tuple(notes)


def _refuse_ruled(
    desk: Desk, db: Database, guardrails: Guardrails, agent: str, task_id: int, *, reviewing: bool
) -> None:
    from console.blackboard.writes.guardrails import decide_start
    from console.commands.agent.guarded import worker_of
    from console.commands.guarding import decision_on_start
    from console.records.guardrail import Stage

    if guardrails.silent_at(Stage.DISPATCH):
        return
    worker = worker_of(desk, agent, guardrails, Stage.DISPATCH)
    decision = decision_on_start(db, desk.project, guardrails, worker, task_id, reviewing=reviewing)
    if decision.by_default:
        return
    by = Actor(name=agent, origin=Origin.AGENT)
    if not decide_start(db, task_id, decision, reviewing=reviewing, by=by, now=desk.now()):
        why = f": {decision.reason}" if decision.reason else ""
        raise Conflict(f"task #{task_id} cannot be claimed, by the guardrail {decision.rule} ({decision.effect}){why}")
