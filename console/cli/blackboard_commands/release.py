"""Owns `blackboard release`: gives the task or seat back unfinished. What it waits for, or who takes over, costs no attempt.

Counts nothing itself: what a release costs is the blackboard's rule.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from console.blackboard.connection import open_home
from console.blackboard.reads.home import scheduler_status
from console.blackboard.reads.sessions import get_session
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.releases import Wait, free_left, release_claim
from console.cli.blackboard_commands.call import Call
from console.cli.words import line
from console.commands.context import Team
from console.errors import Conflict, UsageError

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.records.agent import Agent
    from console.records.session import Session
    from console.records.task import Task
    from console.settings import ProjectSettings

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Why, and what it waits for."""
    parser.add_argument("--reason", default="no reason given", metavar="TEXT", help="why it cannot be finished")
    parser.add_argument("--not-before", metavar="WHEN", help="it waits until then: 18:00, tomorrow 9:00, 2h, ISO 8601")
    parser.add_argument("--until", metavar="TASK", help="it waits until that task is done")
    parser.add_argument("--to", metavar="AGENT|@ROLE", help="hands it over")


def run(call: Call) -> None:
    """Give it back."""
    session, fence = call.need_claim()
    reason = line(call.asked.reason)[:500] or "no reason given"
    from console.settings import load_settings  # 30 ms that no other command needs

    settings = load_settings(call.home, call.environ).for_project(call.folder)
    wait = _wait(call, settings)
    with call.blackboard() as db:
        if wait.agent or wait.role:
            _refuse_misfit(call, settings, db, get_session(db, session), wait)
        again = get_session(db, session).ended_at is not None
        task = release_claim(
            db, session, fence, reason=reason, policy=settings.policy, wait=wait, by=call.actor(db), now=call.now()
        )
        ended = get_session(db, session)
        left = free_left(db, ended)
    record = {
        "project": call.project,
        "task": task.id,
        "status": task.status,
        "attempts": task.attempts,
        "counted": bool(ended.counted),
    }
    said = "given back before, and that stands" if again else "given back"
    cost = "" if wait.for_nothing else _cost(bool(ended.counted), left)
    call.out.one(record, f"{said}; {call.project}#{task.id} is {task.status}{cost}")


def _refuse_misfit(call: Call, settings: ProjectSettings, db: Database, session: Session, wait: Wait) -> None:
    """Raise Conflict where whoever should take over cannot: it would wait for them for ever. Names who could."""
    from console.scheduler.matching import mismatch

    task, unfit = get_task(db, session.task_id), _unfit(call)
    others = [a for a in settings.agents if a.id != session.agent]
    asked = replace(task, assignee=wait.agent, role=wait.role)
    if any(mismatch(a, asked) is None and a.id not in unfit for a in others):
        return
    named = [a for a in others if a.id == wait.agent or (wait.role is not None and a.role == wait.role)]
    why = [f"{a.id} {unfit[a.id]}" if a.id in unfit else f"{a.id} has not {', '.join(_lacks(a, task))}" for a in named]
    anybody = replace(task, assignee=None, role=None)
    able = [a.id for a in others if mismatch(a, anybody) is None and a.id not in unfit]
    who = f"these can: {', '.join(able)}" if able else "nobody else can; release it without --to"
    raise Conflict(f"it cannot be handed over: {'; '.join(why) or 'there is nobody else of that role'}; {who}")


def _unfit(call: Call) -> dict[str, str]:
    """Who cannot be started, by id, with the reason: in the words of the scheduler in charge."""
    with closing(open_home(call.home.state_db, read_only=True)) as state:
        projects = (scheduler_status(state) or {}).get("projects") or {}
    return {name: str(found["told"]) for name, found in (projects.get(call.project, {}).get("unfit") or {}).items()}


def _lacks(agent: Agent, task: Task) -> list[str]:
    return [need for need in task.needs if need not in agent.capabilities]


def _cost(counted: bool, left: int) -> str:
    if counted:
        return "; it was put off too often since it was handed in last, so this counts as a failed attempt"
    return f"; no attempt is spent, {left} more time(s)" if left > 0 else "; no attempt is spent; the next one counts"


def _wait(call: Call, settings: ProjectSettings) -> Wait:
    asked = call.asked
    not_before = until = None
    if asked.not_before:
        from console.when import moment

        not_before = moment(asked.not_before, call.now())
    if asked.until:
        from console.cli.reference import referenced

        project, until = referenced(asked.until)
        if project not in (None, call.project):
            raise UsageError("--until names a task of this project")
    agent, role = Team(lambda: settings, ()).assigned(asked.to)
    return Wait(not_before=not_before, until=until, agent=agent, role=role)
