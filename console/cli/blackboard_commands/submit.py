"""Owns `blackboard submit`: hands in the work of a session."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.diagnostics import complain
from console.cli.words import lines
from console.commands.agent.submit import Answer, Submit, submit
from console.errors import UsageError
from console.text import one_line

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What was done, and the answer to findings."""
    parser.add_argument("--summary", required=True, metavar="TEXT", help="what was done and where it is; - reads stdin")
    parser.add_argument("--rebuttal", metavar="TEXT", help="your answer to findings that you did not follow")
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="N=TEXT",
        help="to finding N, as `blackboard read` numbers them",
    )


def run(call: Call) -> None:
    """Hand it in."""
    asked = call.asked
    answers = tuple(map(_answer, asked.answer))
    task, again, unanswered = submit(
        call.desk, Submit(summary=lines(asked.summary), rebuttal=lines(asked.rebuttal), answers=answers)
    )
    record = {"project": call.project, "task": task.id, "status": task.status}
    status = "in review" if task.status == "review" else task.status
    said = "handed in before, and that stands" if again else "handed in"
    for ask in unanswered:
        complain(f"nobody answers ask #{ask.id} any more: {one_line(ask.body, 200)}", "blackboard")
    call.out.one(record, f"{said}; {call.project}#{task.id} is {status}")


def _answer(text: str) -> Answer:
    """The answer to one finding, from `N=TEXT`."""
    number, sign, said = text.partition("=")
    if not sign or not number.strip().isdecimal() or not 0 < int(number) < 10_000 or not said.strip():
        raise UsageError(f"--answer {text[:60]!r}: expected N=TEXT, as in 2='it is right: see table 3'")
    return Answer(finding=int(number), text=lines(said))
