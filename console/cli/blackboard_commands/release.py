"""Owns `blackboard release`: gives the task or seat back unfinished. What it waits for, or who takes over, costs no attempt.

Counts nothing itself: what a release costs is the blackboard's rule.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from console.blackboard.reads.sessions import get_session
from console.blackboard.writes.releases import Wait, free_left, release_claim
from console.cli.blackboard_commands.call import Call
from console.cli.words import line
from console.errors import UsageError

if TYPE_CHECKING:
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
    from console.cli.new_task import assigned

    agent, role = assigned(asked.to, lambda: settings)
    return Wait(not_before=not_before, until=until, agent=agent, role=role)
