"""Owns `blackboard submit`: hands in the work of a session; in a git worktree its diff goes along as an output."""

from __future__ import annotations

import argparse

from console.blackboard.writes.submissions import submit
from console.cli.blackboard_commands.call import Call
from console.cli.words import lines
from console.errors import UsageError

__all__ = ("arguments", "run")

SUMMARY_MAX = 100_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """What was done, and the answer to findings."""
    parser.add_argument("--summary", required=True, metavar="TEXT", help="what was done and where it is; - reads stdin")
    parser.add_argument("--rebuttal", metavar="TEXT", help="your answer to findings that you did not follow")


def run(call: Call) -> None:
    """Record the diff, then hand in."""
    session, fence = call.need_claim()
    summary, rebuttal = lines(call.asked.summary), lines(call.asked.rebuttal)
    if not summary:
        raise UsageError("the summary is empty: say what was done and where it is")
    if len(summary) + len(rebuttal) > SUMMARY_MAX:
        raise UsageError(f"summary and rebuttal have at most {SUMMARY_MAX} characters; put the rest into an output")
    with call.blackboard() as db:
        by = call.actor(db)
        task = submit(db, session, fence, summary=summary, rebuttal=rebuttal or None, by=by, now=call.now())
    record = {"project": call.project, "task": task.id, "status": task.status}
    call.out.one(
        record, f"handed in; {call.project}#{task.id} is {'in review' if task.status == 'review' else task.status}"
    )
