"""Owns `blackboard experience`: records what was learnt, for later tasks."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.words import line, lines
from console.commands.agent.experience import Learn, learn

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What was learnt, and where it applies."""
    parser.add_argument("--title", required=True, metavar="T", help="what was learnt, in one line")
    parser.add_argument("--body", required=True, metavar="B", help="what to do next time, and why; - reads stdin")
    parser.add_argument("--tag", action="append", default=[], metavar="T", help="what it is about; several are fine")


def run(call: Call) -> None:
    """Record it."""
    asked = call.asked
    wanted = Learn(title=line(asked.title), body=lines(asked.body), tags=tuple(map(line, asked.tag)), task=call.task)
    with call.desk.context() as context:
        number, tags = learn(context, wanted)
    record = {"project": call.project, "task": call.task, "experience": number, "title": wanted.title}
    call.out.one(record | {"tags": list(tags)}, f"kept: {wanted.title}")
