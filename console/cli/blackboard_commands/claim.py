"""Owns `blackboard claim`: confirms the claim of a session, or makes an external session that claims a task or a seat."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.diagnostics import complain
from console.clock import iso
from console.commands.agent.lease import EXTERNAL
from console.errors import UsageError
from console.records.session import Session

__all__ = ("add_lease", "arguments", "run", "session_json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The lease of an external session."""
    add_lease(parser)


def add_lease(parser: argparse.ArgumentParser) -> None:
    """How long a claim holds."""
    parser.add_argument("--lease", type=int, metavar="SECONDS", help=f"how long the claim holds (external: {EXTERNAL})")


def run(call: Call) -> None:
    """Acknowledge under a claim; else claim."""
    if call.claim is None:
        return _claim(call)
    from console.commands.agent.acknowledge import acknowledge

    session = acknowledge(call.desk, call.task_asked)
    what = f"{call.project}#{session.task_id}" if session.seat_id is None else f"review seat {session.seat_id}"
    said = f"{what} is yours (fence {session.fence}); `blackboard read` shows it"
    return call.out.one(session_json(call, session), said)


def _claim(call: Call) -> None:
    from console.commands.agent.claim import Claim, claim

    if (agent := call.agent) is None:
        raise UsageError("say who claims: --agent A (an agent of the project)")
    seat = call.seat
    wanted = Claim(agent=agent, task=call.task_id if seat is None else None, seat=seat, lease=call.asked.lease)
    session, notes = claim(call.desk, wanted)
    for note in notes:
        complain(note, "blackboard")
    call.out.one(session_json(call, session), lambda: _passed_on(call, session))


def session_json(call: Call, session: Session) -> dict[str, object]:
    """What a claim gives; field names are stable."""
    return {
        "project": call.project,
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
