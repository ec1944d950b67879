"""Owns `blackboard review`: the verdict of a review seat, with the rubric's scores and what was found."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.findings import finding
from console.cli.words import line, lines
from console.commands.agent.verdict import GiveVerdict, give
from console.commands.text import Line
from console.errors import UsageError
from console.records.review import Verdict

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verdict and its reasons."""
    parser.add_argument("--verdict", required=True, type=_verdict, metavar="V", help=", ".join(Verdict))
    parser.add_argument(
        "--score", action="append", default=[], metavar="NAME=0..1", help="one for each of the rubric's"
    )
    parser.add_argument("--finding", action="append", default=[], metavar="TEXT", help="`path:line: text`, or text")
    parser.add_argument("--comment", metavar="TEXT", help="what you say of the whole; - reads stdin")


def run(call: Call) -> None:
    """Give it."""
    asked = call.asked
    wanted = GiveVerdict(
        verdict=Verdict(asked.verdict),
        scores=tuple(map(_score, asked.score)),
        findings=tuple(map(finding, asked.finding)),
        comment=lines(asked.comment),
    )
    review, counted, gates, again = give(call.desk, wanted)
    record = {
        "project": call.project,
        "review": review.id,
        "task": review.task_id,
        "round": review.round,
        "verdict": counted,
        "status": review.status,
    }
    said = "verdict given before, and it stands" if again else "verdict given"
    if counted != wanted.verdict:
        said += f", and it counts as {counted.replace('_', ' ')} ({'; '.join(gates)})"
    call.out.one(record, f"{said}; review {review.id} of {call.project}#{review.task_id} is {review.status}")


def _verdict(text: str) -> str:
    word = text.strip().lower().replace("-", "_").replace(" ", "_")
    if word not in set(Verdict):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no verdict: {', '.join(Verdict)}")
    return word


def _score(text: str) -> tuple[Line, float]:
    name, sign, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        sign = ""
        value = 0.0
    if not sign or not name.strip() or not 0 <= value <= 1:
        raise UsageError(f"--score {text[:60]!r}: expected NAME=0..1, as in correct=0.8")
    return line(name), value
