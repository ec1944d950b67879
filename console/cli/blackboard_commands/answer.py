"""Owns `blackboard answer`: the lead's answer to what another agent asks; it ends its session."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.reference import referenced
from console.cli.words import lines
from console.commands.agent.lead import answer
from console.commands.asks import Answer
from console.text import one_line

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and what is said to it."""
    parser.add_argument("ask", metavar="N", help="the ask that you were given")
    parser.add_argument("text", metavar="OPTION|TEXT", help="an option, by its number or what it says, or your words")
    parser.add_argument("--reason", metavar="TEXT", help="goes along with an option: why; - reads stdin")


def run(call: Call) -> None:
    """Answer it."""
    asked = call.asked
    said = Answer(ask=referenced(asked.ask, call.project)[1], said=lines(asked.text), words=lines(asked.reason))
    found = answer(call.desk, said)
    record = {
        "project": call.project,
        "ask": found.id,
        "task": found.task_id,
        "status": found.status,
        "answer": found.said,
    }
    call.out.one(record, f"answered {call.project}#{found.id}: {one_line(found.said, 300)}")
