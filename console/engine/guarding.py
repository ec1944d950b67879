"""Owns the guardrails' place in the scheduler: they are asked before anything is claimed, and where work ends by itself.

What they decide is done on the blackboard; here is only when they are asked, and by which facts.
"""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.writes.guardrails import decide_start
from console.clock import Clock
from console.commands.guarding import Worker, decision_on_start, submission
from console.engine.watched import Watched
from console.guardrails.rules import Guardrails
from console.records.actor import SCHEDULER
from console.records.agent import Agent
from console.records.guardrail import Decision, Stage
from console.records.session import Session

__all__ = ("decision_at_end", "may_start")


async def may_start(project: Watched, agent: Agent, task_id: int, *, reviewing: bool, clock: Clock) -> bool:
    """Whether a session of `agent` may be claimed; where it may not, what follows for the task is done.

    Raises Conflict where the task moved on meanwhile.
    """
    settings = project.settings
    assert settings is not None
    if settings.guardrails.silent_at(Stage.DISPATCH):
        return True
    worker = Worker.of(agent, settings.workdir, settings.worktrees)
    ask = decision_on_start
    decision = await project.call(ask, project.id, settings.guardrails, worker, task_id, reviewing=reviewing)
    if decision.by_default:
        return True
    return await project.call(decide_start, task_id, decision, reviewing=reviewing, by=SCHEDULER, now=clock.now())


async def decision_at_end(project: Watched, session: Session) -> Decision | None:
    """What the guardrails say of the last words of an agent that ended without a submit; None where they are not asked."""
    settings = project.settings
    assert settings is not None
    if settings.guardrails.silent_at(Stage.SUBMIT):
        return None
    agent = next((a for a in settings.agents if a.id == session.agent), Agent(id=session.agent))
    worker = Worker.of(agent, settings.workdir, settings.worktrees)
    return await project.call(_ended, project.id, settings.guardrails, worker, session)


def _ended(db: Database, project: str, guardrails: Guardrails, worker: Worker, session: Session) -> Decision:
    return submission(db, project, session, worker).decision(guardrails)
