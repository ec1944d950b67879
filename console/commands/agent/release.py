"""Owns how a task or a seat is given back unfinished. What it waits for, or who takes over, costs no attempt.

Counts nothing itself: what a release costs is the blackboard's rule.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from console.blackboard.connection import open_home
from console.blackboard.reads.home import scheduler_status
from console.blackboard.reads.sessions import get_session
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.releases import Wait, free_left, release_claim
from console.commands.agent.desk import Desk
from console.commands.context import Team
from console.commands.text import Line, Reason
from console.errors import Conflict

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.commands.new_task import When
    from console.records.agent import Agent
    from console.records.session import Session
    from console.records.task import Task
    from console.settings import ProjectSettings

__all__ = ("Release", "Released", "release")

NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Why it cannot be finished, and what it waits for."""

    reason: Reason = Reason()
    not_before: When | None = None
    until: int | None = None
    """The task that is to be done first."""
    to: Line | None = None
    """The agent, or `@role`, that takes over."""


class Released(NamedTuple):
    """What came of it."""

    task: Task
    counted: bool
    """It is a failed attempt."""
    left: int | None
    """How often it may still be put off; None where it was given up."""
    again: bool
    """It was given back before, and that stands."""


def release(desk: Desk, asked: Release) -> Released:
    """Give it back. Raises UsageError, Conflict where nobody could take over or nothing is to be waited for, StaleFence."""
    session_id, fence = desk.need_claim()
    settings = desk.settings()
    wait = _wait(desk, asked, settings)
    with desk.blackboard() as db:
        if wait.agent or wait.role:
            _refuse_misfit(desk, settings, db, get_session(db, session_id), wait)
        again = get_session(db, session_id).ended_at is not None
        task = release_claim(
            db, session_id, fence,
            reason=asked.reason or NO_REASON, policy=settings.policy, wait=wait, by=desk.actor(db), now=desk.now(),
        )  # fmt: skip
        ended = get_session(db, session_id)
        left = None if wait.for_nothing else free_left(db, ended)
    return Released(task, bool(ended.counted), left, again)


def _wait(desk: Desk, asked: Release, settings: ProjectSettings) -> Wait:
    from console.commands.new_task import moment_of

    agent, role = Team(lambda: settings, ()).assigned(asked.to)
    return Wait(not_before=moment_of(asked.not_before, desk.now()), until=asked.until, agent=agent, role=role)


def _refuse_misfit(desk: Desk, settings: ProjectSettings, db: Database, session: Session, wait: Wait) -> None:
    """Raise Conflict where whoever should take over cannot: it would wait for them for ever. Names who could."""
    from console.scheduler.matching import mismatch

    task, unfit = get_task(db, session.task_id), _unfit(desk)
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


def _unfit(desk: Desk) -> dict[str, str]:
    """Who cannot be started, by id, with the reason: in the words of the scheduler in charge."""
    with closing(open_home(desk.home.state_db, read_only=True)) as state:
        projects = (scheduler_status(state) or {}).get("projects") or {}
    return {name: str(found["told"]) for name, found in (projects.get(desk.project, {}).get("unfit") or {}).items()}


def _lacks(agent: Agent, task: Task) -> list[str]:
    return [need for need in task.needs if need not in agent.capabilities]
