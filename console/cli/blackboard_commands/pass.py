"""Owns `blackboard pass`: the lead leaves what another agent asks to the operator; it ends its session."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.reference import referenced
from console.cli.words import lines
from console.commands.agent.lead import pass_on

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and why."""
    parser.add_argument("ask", metavar="N", help="the ask that you were given")
    parser.add_argument("--why", metavar="TEXT", help="why it is not yours to answer; - reads stdin")


def run(call: Call) -> None:
    """Pass it on."""
    asked = call.asked
    found = pass_on(call.desk, referenced(asked.ask, call.project)[1], lines(asked.why))
    record = {"project": call.project, "ask": found.id, "task": found.task_id, "status": found.status}
    call.out.one(record, f"ask #{found.id} is the operator's now")
