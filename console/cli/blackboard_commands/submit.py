"""Owns `blackboard submit`: hands in the work of a session; in a git worktree its diff goes along as an output.

What is not fit is refused before anything is handed in, with every reason at once: nothing is lost, the agent mends it.
"""

from __future__ import annotations

import argparse

from console.blackboard.connection import Database
from console.blackboard.reads.sessions import get_session
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.outputs import record_output
from console.blackboard.writes.submissions import submit
from console.cli.blackboard_commands.before_submit import look_before_submit
from console.cli.blackboard_commands.call import Call
from console.cli.blackboard_commands.guarded import asked_of_guardrails
from console.cli.words import lines
from console.errors import StaleFence, UsageError
from console.records.task import Task

__all__ = ("arguments", "run")

SUMMARY_MAX = 100_000
ANSWER_MAX = 20_000


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
    """Record the diff, then hand in."""
    session, fence = call.need_claim()
    summary, rebuttal = lines(call.asked.summary), lines(call.asked.rebuttal)
    if not summary:
        raise UsageError("the summary is empty: say what was done and where it is")
    if len(summary) + len(rebuttal) > SUMMARY_MAX:
        raise UsageError(f"summary and rebuttal have at most {SUMMARY_MAX} characters; put the rest into an output")
    answers = [_answer(text) for text in call.asked.answer]
    _record_diff(call)
    gone = look_before_submit(call)
    decision = asked_of_guardrails(call, session, fence)
    with call.blackboard() as db:
        by, now = call.actor(db), call.now()
        again = get_session(db, session).ended_at is not None
        task = submit(
            db, session, fence,
            summary=summary, rebuttal=rebuttal or None, answers=answers, decision=decision, gone=gone, by=by, now=now,
        )  # fmt: skip
    record = {"project": call.project, "task": task.id, "status": task.status}
    status = "in review" if task.status == "review" else task.status
    said = "handed in before, and that stands" if again else "handed in"
    call.out.one(record, f"{said}; {call.project}#{task.id} is {status}")


def _answer(text: str) -> dict[str, object]:
    """The answer to one finding, from `N=TEXT`."""
    number, sign, said = text.partition("=")
    said = lines(said)
    if not sign or not number.strip().isdecimal() or not 0 < int(number) < 10_000 or not said:
        raise UsageError(f"--answer {text[:60]!r}: expected N=TEXT, as in 2='it is right: see table 3'")
    if len(said) > ANSWER_MAX:
        raise UsageError(f"the answer to finding {int(number)} has more than {ANSWER_MAX} characters; say what matters")
    return {"finding": int(number), "text": said}


def _record_diff(call: Call) -> None:
    """Nothing for a task without a worktree, or where the claim has ended: the submit itself then says so."""
    with call.blackboard(read_only=True) as db:
        task = _task_with_worktree(call, db)
        if task is None:
            return
        from console.blackboard.reads.worktrees import worktree_row

        known = worktree_row(db, task.id)
    from console.blackboard.writes.notes import observe
    from console.cli.blackboard_commands.diff import kept_diff

    kept, failure = kept_diff(task, known, call.folder / "artifacts" / str(task.id))
    with call.blackboard() as db:
        by, now = call.actor(db), call.now()
        if kept is not None:
            record_output(
                db, task.id, path=kept.path, kind="diff", sha256=kept.sha256, size=kept.size,
                fence=call.fence, by=by, now=now,
            )  # fmt: skip
        elif failure is not None:
            body = f"the diff of this submission could not be recorded: {lines(failure)[:2000]}"
            observe(db, body, task_id=task.id, fence=call.fence, by=by, now=now)


def _task_with_worktree(call: Call, db: Database) -> Task | None:
    from console.blackboard.reads.tasks import get_task

    try:
        session = check_fence(db, *call.need_claim())
    except StaleFence:
        return None
    task = get_task(db, session.task_id)
    return task if task.work_folder and session.seat_id is None else None
