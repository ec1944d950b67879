"""Owns `blackboard claim`: confirms the claim of a session, or makes an external session that claims a task or a seat.

The scheduler claims for the sessions that it starts; they only acknowledge. An external session is one that somebody
else runs: it counts in the limits and ends with its lease.
"""

from __future__ import annotations

import argparse
import uuid
from typing import TYPE_CHECKING

from console.blackboard.connection import Database, open_home
from console.blackboard.writes.claims import Start, check_fence, claim_seat, claim_task
from console.cli.blackboard_commands.call import Call
from console.cli.blackboard_commands.guarded_claim import refuse_guarded
from console.cli.blackboard_commands.lease import EXTERNAL, add_lease, lease_of
from console.clock import iso
from console.errors import Conflict, UsageError
from console.records.actor import Actor, Origin
from console.records.session import Session

if TYPE_CHECKING:
    from console.records.agent import Agent

__all__ = ("arguments", "run", "session_json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The lease of an external session."""
    add_lease(parser)


def run(call: Call) -> None:
    """Acknowledge under a claim; else claim."""
    if call.claim is not None:
        return _acknowledge(call, *call.claim)
    if (agent := call.agent) is None:
        raise UsageError("say who claims: --agent A (an agent of the project)")
    start = Start(session=str(uuid.uuid4()), agent=agent, backend="external", lease_ms=lease_of(call, EXTERNAL) * 1000)
    paused = _home_paused(call)
    who = Actor(name=agent, origin=Origin.AGENT, session=start.session)
    with call.blackboard() as db:
        if call.seat is None:
            _refuse_unfit(call, db, agent)
        refuse_guarded(call, db, agent, home_paused=paused)
        session = _claim(call, db, start, who, paused)
        call.out.one(session_json(db, session), lambda: _passed_on(call, session))
    return None


def _acknowledge(call: Call, session_id: str, fence: int) -> None:
    from console.blackboard.writes.sessions import note_word

    with call.blackboard() as db:
        session = check_fence(db, session_id, fence)
        if (wanted := getattr(call.asked, "task", None)) is not None and call.task != session.task_id:
            raise UsageError(f"this session works on #{session.task_id}; it cannot claim {wanted} too")
        note_word(db, session_id, now=call.now())
        what = f"{call.project}#{session.task_id}" if session.seat_id is None else f"review seat {session.seat_id}"
        call.out.one(session_json(db, session), f"{what} is yours (fence {fence}); `blackboard read` shows it")


def _claim(call: Call, db: Database, start: Start, who: Actor, paused: bool) -> Session:
    if (seat := call.seat) is not None:
        return claim_seat(db, seat, start, by=who, now=call.now(), home_paused=paused)
    return claim_task(db, call.task_id, start, by=who, now=call.now(), home_paused=paused)


def _refuse_unfit(call: Call, db: Database, agent: str) -> None:
    """What the scheduler sees to for the sessions that it starts: role and capabilities fit the task."""
    from console.blackboard.reads.tasks import get_task

    task = get_task(db, call.task_id)
    if task.role is None and not task.needs:
        return
    from console.settings import load_settings

    team = load_settings(call.home, call.environ).for_project(call.folder).agents
    member = next((found for found in team if found.id == agent), None)
    if task.role is not None and (member is None or member.role != task.role):
        raise Conflict(f"task #{task.id} is for the role {task.role}; {agent} has {_role(member)}")
    missing = [need for need in task.needs if member is None or need not in member.capabilities]
    if missing:
        raise Conflict(f"task #{task.id} needs {', '.join(missing)}, which {agent} cannot")


def _role(member: Agent | None) -> str:
    return member.role if member is not None and member.role else "none"


def _home_paused(call: Call) -> bool:
    from console.blackboard.reads.home import flags

    db = open_home(call.home.state_db, read_only=True)
    try:
        return bool(flags(db))
    finally:
        db.close()


def session_json(db: Database, session: Session) -> dict[str, object]:
    """What a claim gives; field names are stable."""
    return {
        "project": db.path.parent.name,
        "task": session.task_id,
        "seat": session.seat_id,
        "agent": session.agent,
        "session": session.id,
        "fence": session.fence,
        "backend": session.backend,
        "status": session.status,
        "attempt": session.attempt,
        "lease_until": iso(session.lease_until),
    }


def _passed_on(call: Call, session: Session) -> str:
    seat = [] if session.seat_id is None else [f"export MOZIPLUS_SEAT={session.seat_id}"]
    return "\n".join(
        [
            f"{session.agent} has claimed {call.project}#{session.task_id} until {iso(session.lease_until)};"
            " `blackboard renew` keeps it. For the commands that follow:",
            f"export MOZIPLUS_PROJECT={call.project} MOZIPLUS_TASK={session.task_id} MOZIPLUS_AGENT={session.agent}",
            f"export MOZIPLUS_SESSION={session.id} MOZIPLUS_FENCE={session.fence}",
            *seat,
        ]
    )
