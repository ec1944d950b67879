"""Owns `blackboard observe`: records something noticed; a cause makes it an alert that is raised once."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.words import line, lines
from console.commands import observations
from console.records.alert import Level

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What, how pressing, and its cause."""
    parser.add_argument("text", metavar="TEXT", help="what you noticed; - reads stdin")
    parser.add_argument("--level", choices=[str(level) for level in Level], default="routine", help="%(choices)s")
    parser.add_argument("--cause", metavar="WORD", help="one open alert for each cause; a second is not raised")


def run(call: Call) -> None:
    """Record it."""
    text = lines(call.asked.text)
    cause = line(call.asked.cause)[:200] if call.asked.cause else None
    with call.desk.context() as context:
        seen = observations.Observe(text=text, level=Level(call.asked.level), cause=cause, task=call.task)
        made = observations.observe(context, seen)
    number = None if made is None else made.id
    record = {"project": call.project, "task": call.task, "observation": number, "level": call.asked.level}
    call.out.one(record, "noted" if made is not None else "an alert of that cause is open already")
