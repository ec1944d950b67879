"""Owns `blackboard release`: gives the task or seat back unfinished, which counts as a failed attempt."""

from __future__ import annotations

import argparse

from console.blackboard.reads.sessions import get_session
from console.blackboard.writes.claims import release_claim
from console.cli.blackboard_commands.call import Call
from console.cli.words import line

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Why."""
    parser.add_argument("--reason", default="no reason given", metavar="TEXT", help="why it cannot be finished")


def run(call: Call) -> None:
    """Give it back."""
    session, fence = call.need_claim()
    reason = line(call.asked.reason)[:500] or "no reason given"
    from console.settings import load_settings  # 30 ms that no other command needs

    policy = load_settings(call.home, call.environ).for_project(call.folder).policy
    with call.blackboard() as db:
        again = get_session(db, session).ended_at is not None
        task = release_claim(db, session, fence, reason=reason, policy=policy, by=call.actor(db), now=call.now())
    record = {"project": call.project, "task": task.id, "status": task.status, "attempts": task.attempts}
    said = "given back before, and that stands" if again else "given back"
    call.out.one(record, f"{said}; {call.project}#{task.id} is {task.status}")
