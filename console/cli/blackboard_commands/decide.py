"""Owns `blackboard decide`: records what was decided, and why."""

from __future__ import annotations

import argparse

from console.blackboard.writes.notes import add_decision
from console.cli.blackboard_commands.call import Call
from console.cli.words import line, lines

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What, and why."""
    parser.add_argument("title", metavar="TITLE", help="what was decided, in one line")
    parser.add_argument("--reason", metavar="TEXT", help="why; - reads stdin")


def run(call: Call) -> None:
    """Record it."""
    title, reason = line(call.asked.title), lines(call.asked.reason)
    with call.blackboard() as db:
        by = call.actor(db)
        made = add_decision(db, title, reason=reason, task_id=call.task, fence=call.fence, by=by, now=call.now())
    record = {"project": call.project, "task": made.task_id, "decision": made.id, "title": made.title}
    call.out.one(record, f"decided: {made.title}")
