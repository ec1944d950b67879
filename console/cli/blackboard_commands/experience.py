"""Owns `blackboard experience`: records what was learnt, for later tasks."""

from __future__ import annotations

import argparse

from console.blackboard.writes.experiences import record_experience
from console.cli.blackboard_commands.call import Call
from console.cli.words import line, lines
from console.commands.text import names

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What was learnt, and where it applies."""
    parser.add_argument("--title", required=True, metavar="T", help="what was learnt, in one line")
    parser.add_argument("--body", required=True, metavar="B", help="what to do next time, and why; - reads stdin")
    parser.add_argument("--tag", action="append", default=[], metavar="T", help="what it is about; several are fine")


def run(call: Call) -> None:
    """Record it."""
    title, body, tags = line(call.asked.title), lines(call.asked.body), names(map(line, call.asked.tag), "tag")
    with call.blackboard() as db:
        by = call.actor(db)
        number = record_experience(
            db, title=title, body=body, tags=tags, task_id=call.task, fence=call.fence, by=by, now=call.now()
        )
    record = {"project": call.project, "task": call.task, "experience": number, "title": title, "tags": list(tags)}
    call.out.one(record, f"kept: {title}")
