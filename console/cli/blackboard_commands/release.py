"""Owns `blackboard release`: gives the task or seat back unfinished."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.reference import referenced
from console.cli.words import line, reason
from console.commands.agent.release import Release, release
from console.errors import UsageError

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Why, and what it waits for."""
    parser.add_argument("--reason", metavar="TEXT", help="why it cannot be finished")
    parser.add_argument("--not-before", metavar="WHEN", help="it waits until then: 18:00, tomorrow 9:00, 2h, ISO 8601")
    parser.add_argument("--until", metavar="TASK", help="it waits until that task is done")
    parser.add_argument("--to", metavar="AGENT|@ROLE", help="hands it over")


def run(call: Call) -> None:
    """Give it back."""
    asked = call.asked
    wanted = Release(
        reason=reason(asked.reason),
        not_before=asked.not_before or None,
        until=_until(call, asked.until) if asked.until else None,
        to=line(asked.to) if asked.to else None,
    )
    task, counted, left, again = release(call.desk, wanted)
    record = {
        "project": call.project,
        "task": task.id,
        "status": task.status,
        "attempts": task.attempts,
        "counted": counted,
    }
    said = "given back before, and that stands" if again else "given back"
    cost = "" if left is None else _cost(counted, left)
    call.out.one(record, f"{said}; {call.project}#{task.id} is {task.status}{cost}")


def _until(call: Call, text: str) -> int:
    project, task = referenced(text)
    if project not in (None, call.project):
        raise UsageError("--until names a task of this project")
    return task


def _cost(counted: bool, left: int) -> str:
    if counted:
        return "; it was put off too often since it was handed in last, so this counts as a failed attempt"
    return f"; no attempt is spent, {left} more time(s)" if left > 0 else "; no attempt is spent; the next one counts"
