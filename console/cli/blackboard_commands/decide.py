"""Owns `blackboard decide`: records what was decided, and why."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.words import line, lines
from console.commands import decisions

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What, and why."""
    parser.add_argument("title", metavar="TITLE", help="what was decided, in one line")
    parser.add_argument("--reason", metavar="TEXT", help="why; - reads stdin")


def run(call: Call) -> None:
    """Record it."""
    title, reason = line(call.asked.title), lines(call.asked.reason)
    with call.desk.context() as context:
        made = decisions.decide(context, decisions.Decide(title=title, reason=reason, task=call.task))
    record = {"project": call.project, "task": made.task_id, "decision": made.id, "title": made.title}
    call.out.one(record, f"decided: {made.title}")
