"""Owns `blackboard permission`: a coding agent's program asks whether a tool may be used, and waits for the answer."""

from __future__ import annotations

import argparse
import json
from typing import Any

from console.cli.blackboard_commands.call import Call
from console.cli.blackboard_commands.waiting import until_settled
from console.cli.output import Output
from console.cli.words import given
from console.commands import asks
from console.commands.agent.permission import answer_to, denied, question
from console.errors import MoziError, UsageError

__all__ = ("arguments", "run")

WAIT = "MOZIPLUS_PERMISSION"
"""The variable by which `blackboard mcp --permission` says how long; without one it waits as long as its session lives."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The fields that Claude Code gives its `--permission-prompt-tool`."""
    parser.add_argument("--tool-name", required=True, metavar="T", help="the tool that would be used")
    parser.add_argument("--input", required=True, metavar="JSON", help="what it would be given; - reads stdin")
    parser.add_argument("--tool-use-id", metavar="ID", help="the call's id; it is not looked at")


def run(call: Call) -> None:
    """Print allow or deny as that program wants it. Whatever goes wrong is a refusal: nothing is done without leave."""
    call.desk.listens = False  # its answer goes to the program: what is said to the agent waits for the next command
    try:
        tool_input = _object(given(call.asked.input))
        said = _said(call, tool_input)
    except MoziError as error:
        said = denied(str(error))
    Output(as_json=True).line(said, "")


def _said(call: Call, tool_input: dict[str, Any]) -> dict[str, Any]:
    from console.when import span

    wait = call.environ.get(WAIT)
    with call.desk.context() as context:
        asked = question(call.task_id, call.asked.tool_name, tool_input, span(wait) if wait else None)
        found = asks.ask(context, asked)
    return answer_to(until_settled(call, found.id, None), tool_input)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageError("--input is no JSON") from error
    if not isinstance(found, dict):
        raise UsageError("--input is one JSON object")
    return found
