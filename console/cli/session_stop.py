"""Owns `session stop`: the scheduler in charge is asked, or with nobody in charge the command itself stops the agent.

Either way the agent is stopped for certain: what counts is that its process is confirmed gone.
"""

from __future__ import annotations

import asyncio
import time

from console.blackboard.reads.home import request
from console.blackboard.reads.sessions import get_session
from console.blackboard.writes.home import ask
from console.blackboard.writes.sessions import request_stop
from console.cli.options import Here
from console.engine.in_charge import InCharge, take
from console.engine.life import SchedulerLife
from console.engine.wakes import Wakes
from console.errors import Unavailable
from console.records.request import RequestKind
from console.records.session import Session, StopReason
from console.scheduler.actions import Action, EndSession, StopSession

__all__ = ("stop_session",)

PATIENCE = 30.0
"""Seconds in which the death must be confirmed."""
_PAUSE = 0.1


def stop_session(here: Here, project: str, session: Session) -> Session:
    """Stop it and return it as it ended. Raises Unavailable where its death is not confirmed in time."""
    held = take(here.home, mode="session stop", clock=here.clock)
    if held is not None:
        with here.blackboard(project) as db:
            request_stop(db, session.id, StopReason.OPERATOR, by=here.actor, now=here.now())
        asyncio.run(_stop_here(here, held, project, session.id))
        return _confirmed(here, project, session.id, "", 0.0)
    with here.state() as db:
        wish = {"project": project, "session": session.id}
        asked = ask(db, RequestKind.STOP_SESSION, wish, by=here.actor, now=here.now()).id
    return _confirmed(here, project, session.id, asked, PATIENCE)


async def _stop_here(here: Here, held: InCharge, project: str, session_id: str) -> None:
    """One life of a scheduler that only ends this session. Lets go of `held`."""

    def ends(action: Action) -> bool:
        return isinstance(action, StopSession | EndSession) and action.session == session_id

    try:
        wakes = Wakes()
        life = await SchedulerLife.begin(here.home, held, wakes, here.clock, here.environ, only=ends)
        try:
            until = time.monotonic() + PATIENCE
            while _alive(here, project, session_id) and time.monotonic() < until:
                await life.tick(frozenset({"session stop"}))
                await wakes.wait(_PAUSE)
        finally:
            await life.end()
    finally:
        held.release()


def _confirmed(here: Here, project: str, session_id: str, asked: str, patience: float) -> Session:
    until = time.monotonic() + patience
    while _alive(here, project, session_id) and time.monotonic() < until:
        time.sleep(_PAUSE)
    with here.blackboard(project, read_only=True) as db:
        found = get_session(db, session_id)
    if found.gone_at is None:
        raise Unavailable(f"session {session_id} is not confirmed dead yet{_said(here, asked)}; see `moziplus status`")
    return found


def _said(here: Here, asked: str) -> str:
    """What the scheduler answered, where it did."""
    if not asked:
        return ""
    with here.state(read_only=True) as db:
        found = request(db, asked)
    outcome = found.outcome if found is not None else None
    return f" (the scheduler says: {outcome})" if outcome else " (the scheduler has not answered)"


def _alive(here: Here, project: str, session_id: str) -> bool:
    with here.blackboard(project, read_only=True) as db:
        return get_session(db, session_id).gone_at is None
