"""Owns the guardrails' place in a submit: they are asked before the work is handed in, in the agent's process.

Loads YAML only here. Where the guardrails cannot be read the work is handed in and held: nothing is lost, nothing passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.blackboard.writes.claims import check_fence
from console.commands.agent.desk import Desk
from console.errors import ConfigError, StaleFence
from console.records.guardrail import Decision, Effect, Stage

if TYPE_CHECKING:
    from console.commands.guarding import Submission, Worker
    from console.guardrails.rules import Guardrails

__all__ = ("asked_of_guardrails", "worker_of")

UNREADABLE = "guardrails.unreadable"


def asked_of_guardrails(desk: Desk, session: str, fence: int) -> Decision | None:
    """What the rules say of this submission; None where none is asked, or where the claim has ended: the submit says so.

    Raises MoziError where they deny it.
    """
    if not any((folder / "config" / "guardrails.yaml").exists() for folder in (desk.folder, desk.home.path)):
        return None  # the shipped ones ask nothing of a submission (a test holds them to it): no YAML for most
    from console.settings.guardrails import load_guardrails

    try:
        guardrails = load_guardrails(desk.home, desk.folder).guardrails
        if guardrails.silent_at(Stage.SUBMIT):
            return None
        found = _submission(desk, session, fence, guardrails)
    except ConfigError as error:
        return Decision(rule=UNREADABLE, effect=Effect.HOLD, reason=error.problems[0][:400])
    except StaleFence:
        return None
    if found is None:
        return None
    decision = found.decision(guardrails)
    if decision.effect == Effect.DENY:
        _refuse(desk, session, fence, decision)
    return decision


def _submission(desk: Desk, session_id: str, fence: int, guardrails: Guardrails) -> Submission | None:
    """None for a reviewer's session, which hands nothing in."""
    from console.commands.guarding import submission

    with desk.blackboard(read_only=True) as db:
        session = check_fence(db, session_id, fence)
        if session.seat_id is not None:
            return None
        return submission(db, desk.project, session, worker_of(desk, session.agent, guardrails, Stage.SUBMIT))


def worker_of(desk: Desk, agent: str, guardrails: Guardrails, stage: Stage) -> Worker:
    """What the settings say of an agent; they are read only where a rule looks at it."""
    from console.commands.guarding import Worker
    from console.records.agent import Agent

    if not any(guardrails.look_at(matcher, stage) for matcher in ("role", "path", "command")):
        return Worker(agent=agent)
    settings = desk.settings()
    known = next((one for one in settings.agents if one.id == agent), Agent(id=agent))
    return Worker.of(known, settings.workdir, settings.worktrees)


def _refuse(desk: Desk, session: str, fence: int, decision: Decision) -> None:
    from console.blackboard.writes.guardrails import refuse_submit

    with desk.blackboard() as db:
        refuse_submit(db, session, fence, decision, by=desk.actor(db), now=desk.now())
