"""Owns `blackboard review`: the verdict of a review seat, with the rubric's scores and what was found."""

from __future__ import annotations

import argparse

from console.blackboard.reads.reviews import verdict_of
from console.blackboard.writes.verdicts import give_verdict
from console.cli.blackboard_commands.call import Call
from console.cli.findings import finding
from console.cli.words import lines
from console.errors import UsageError
from console.records.review import Verdict
from console.reviews.gates import failed_gates

__all__ = ("arguments", "run")

FINDINGS_MAX = 200


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
    session, fence = call.need_claim()
    scores = dict(_score(text) for text in call.asked.score)
    findings = [finding(text).stored() for text in call.asked.finding]
    if len(findings) > FINDINGS_MAX:
        raise UsageError(f"{len(findings)} findings; give the {FINDINGS_MAX} that matter most")
    comment = lines(call.asked.comment)
    if len(comment) > 100_000:
        raise UsageError("the comment has more than 100000 characters; say what matters")
    with call.blackboard() as db:
        again = verdict_of(db, session) is not None
        review = give_verdict(
            db,
            session,
            fence,
            verdict=Verdict(call.asked.verdict),
            scores=scores or None,
            findings=findings,
            comment=comment,
            by=call.actor(db),
            now=call.now(),
        )
        given = verdict_of(db, session)
    counted = call.asked.verdict if given is None else str(given.verdict)
    record = {
        "project": call.project,
        "review": review.id,
        "task": review.task_id,
        "round": review.round,
        "verdict": counted,
        "status": review.status,
    }
    said = "verdict given before, and it stands" if again else "verdict given"
    if counted != call.asked.verdict:
        gates = "; ".join(gate.told for gate in failed_gates(scores, review.gates))
        said += f", and it counts as {counted.replace('_', ' ')} ({gates})"
    call.out.one(record, f"{said}; review {review.id} of {call.project}#{review.task_id} is {review.status}")


def _verdict(text: str) -> str:
    word = text.strip().lower().replace("-", "_").replace(" ", "_")
    if word not in set(Verdict):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no verdict: {', '.join(Verdict)}")
    return word


def _score(text: str) -> tuple[str, float]:
    name, sign, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        sign = ""
        value = 0.0
    if not sign or not name.strip() or not 0 <= value <= 1:
        raise UsageError(f"--score {text[:60]!r}: expected NAME=0..1, as in correct=0.8")
    return lines(name), value
