"""Owns the guardrails' and budgets' place in a claim that an agent makes for itself, as the scheduler asks them for its own.

Refuses before anything is claimed; loads YAML only here.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from console.blackboard.connection import Database
from console.blackboard.writes.claims import check_claimable
from console.cli.blackboard_commands.call import Call
from console.cli.diagnostics import complain
from console.errors import ConfigError, Conflict, DatabaseSetAside, MoziError, Unavailable
from console.records.actor import Actor, Origin
from console.records.budget import Limit, Usage

if TYPE_CHECKING:
    from console.guardrails.rules import Guardrails
    from console.scheduler.snapshot import ProjectView

__all__ = ("refuse_guarded",)

BUSY_MS = 1000


def refuse_guarded(call: Call, db: Database, agent: str, *, home_paused: bool) -> None:
    """Raise Conflict where a budget is used up or a rule does not let `agent` start; what a rule asks for is done.

    Only of a claim that would succeed: nobody gets a task held or denied by asking for what is not theirs.
    """
    from console.settings.guardrails import load_guardrails

    task_id = _task_of(call, db)
    check_claimable(db, agent, task_id=task_id, seat_id=call.seat, now=call.now(), home_paused=home_paused)
    try:
        guardrails = load_guardrails(call.home, call.folder).guardrails
        day = load_guardrails(call.home, None).guardrails.budgets.day
    except ConfigError as error:
        raise Conflict(f"nothing can be claimed while the guardrails cannot be read: {error.problems[0]}") from error
    _refuse_spent(call, db, guardrails, day, task_id)
    _refuse_ruled(call, db, guardrails, agent, task_id)


def _task_of(call: Call, db: Database) -> int:
    if call.seat is None:
        return call.task_id
    from console.blackboard.reads.reviews import get_review, get_seat

    return get_review(db, get_seat(db, call.seat).review_id).task_id


def _refuse_spent(call: Call, db: Database, guardrails: Guardrails, day: Limit, task_id: int) -> None:
    from console.scheduler.budgets import Ledger, told
    from console.scheduler.snapshot import ProjectView, Snapshot

    budgets = guardrails.budgets
    if not (day.any or budgets.task.any or budgets.project.any or budgets.project_day.any):
        return
    view = _view(call, db, guardrails, task_id)
    others = _others(call) if day.any else ()
    rest = tuple(ProjectView(state=view.state, used_today=used) for used in others)
    spent = Ledger(Snapshot(projects=(view, *rest), day=day)).spent(view, task_id)
    if spent is not None:
        raise Conflict(f"task #{task_id} cannot be claimed: {told(spent)}")


def _view(call: Call, db: Database, guardrails: Guardrails, task_id: int) -> ProjectView:
    from console.blackboard.reads.tasks import state
    from console.blackboard.reads.usage import used, used_by_tasks, used_since
    from console.days import start_of_day
    from console.scheduler.snapshot import ProjectView

    return ProjectView(
        state=state(db),
        budgets=guardrails.budgets,
        used=used(db),
        used_today=used_since(db, start_of_day(call.now()), call.now()),
        tasks_used=used_by_tasks(db, [task_id]),
    )


def _others(call: Call) -> tuple[Usage, ...]:
    """What the other projects used today. One that is set aside is named, and counts nothing; its trouble stops no other.

    Raises Unavailable where one cannot be read just now: what it used is not taken for nothing.
    """
    from console.blackboard.connection import open_project
    from console.blackboard.reads.usage import used_since
    from console.days import start_of_day
    from console.registry import folders

    found = []
    for name, folder in folders(call.home).items():
        if name == call.project:
            continue
        try:
            with closing(open_project(folder, read_only=True, busy_ms=BUSY_MS)) as db:
                found.append(used_since(db, start_of_day(call.now()), call.now()))
        except DatabaseSetAside as error:
            complain(f"the budget of the day does not count {name}: {error}", "blackboard")
        except MoziError as error:
            raise Unavailable(f"the budget of the day cannot be counted now: {error}") from error
    return tuple(found)


def _refuse_ruled(call: Call, db: Database, guardrails: Guardrails, agent: str, task_id: int) -> None:
    from console.agents.guarding import decision_on_start
    from console.blackboard.writes.guardrails import decide_start
    from console.cli.blackboard_commands.guarded import worker_of
    from console.records.guardrail import Stage

    if guardrails.silent_at(Stage.DISPATCH):
        return
    worker, reviewing = worker_of(call, agent, guardrails, Stage.DISPATCH), call.seat is not None
    decision = decision_on_start(db, call.project, guardrails, worker, task_id, reviewing=reviewing)
    if decision.by_default:
        return
    by = Actor(name=agent, origin=Origin.AGENT)
    if not decide_start(db, task_id, decision, reviewing=reviewing, by=by, now=call.now()):
        why = f": {decision.reason}" if decision.reason else ""
        raise Conflict(f"task #{task_id} cannot be claimed, by the guardrail {decision.rule} ({decision.effect}){why}")
