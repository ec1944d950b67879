"""Owns the submit: the fenced write by which an agent hands in its work, and what stands in for it where none came.

Only this write is proof that work is finished; a process that says so is a hint.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.blackboard.connection import Database, write
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.outputs import missing_outputs, record_removal
from console.blackboard.writes.reviews import open_for_operator, open_next_review, wanting_rework
from console.blackboard.writes.sessions import the_session
from console.blackboard.writes.stamps import STAMP, move, stamped, the_task
from console.crash import crash_point
from console.errors import Refused, UsageError
from console.records.actor import SCHEDULER, Actor
from console.records.review import Review
from console.records.session import Session, SessionStatus
from console.records.task import Task, TaskStatus

__all__ = ("end_without_submit", "submit")


def submit(
    db: Database,
    session_id: str,
    fence: int,
    *,
    summary: str,
    rebuttal: str | None = None,
    gone: Sequence[str] = (),
    by: Actor,
    now: int,
) -> Task:
    """Hand in the work of a session: the task goes to review, or is done where it has none; fence and session end.

    `gone` are outputs of earlier rounds whose files are there no more; that is recorded along with it.
    Repeating it gives the task again. Raises StaleFence where the claim has ended, UsageError from a review seat, Refused
    where an expected output was not recorded.
    """
    with write(db, durable=True):
        session = the_session(db, session_id)
        if session.status == SessionStatus.SUCCEEDED and session.fence == fence and session.seat_id is None:
            return the_task(db, session.task_id)
        session = check_fence(db, session_id, fence)
        if session.seat_id is not None:
            raise UsageError("a reviewer gives a verdict: `blackboard review --verdict V`, not submit")
        for path in gone:
            record_removal(db, session.task_id, path, by=by, now=now)
        _refuse_missing(db, the_task(db, session.task_id))
        _end(db, session, by, now, gone=session.backend == "external")
        _hand_in(db, session, summary, rebuttal, by, now)
        crash_point("submit.before_commit")
    crash_point("submit.after_commit")
    return the_task(db, session.task_id)


def end_without_submit(
    db: Database, session_id: str, *, summary: str, exit_code: int | None = 0, by: Actor = SCHEDULER, now: int
) -> Task:
    """The agent ended well and never submitted: its last words (`summary`) go to review in place of a submission.

    A task without a review then waits for the operator. Idempotent; the session's process is gone.
    """
    with write(db, durable=True):
        session = the_session(db, session_id)
        task = the_task(db, session.task_id)
        if task.session != session_id:
            return task
        _end(db, session, by, now, gone=True, exit_code=exit_code)
        if missing := missing_outputs(db, task):
            summary += f"\n\nExpected of it, and not recorded: {', '.join(missing)}"
        if task.reviews:
            _hand_in(db, session, summary, None, by, now)
        else:
            move(db, task, "end", TaskStatus.REVIEW, by, now, attempts=0)
            reason = "ended well without a submit, and the task has no review"
            reason += f"; not recorded: {', '.join(missing)}" if missing else ""
            open_for_operator(db, task, session.agent, session_id, summary, reason, by, now)
    return the_task(db, session.task_id)


def _refuse_missing(db: Database, task: Task) -> None:
    """What is expected must be there, whichever door the submit comes by; the files themselves are looked at before."""
    if missing := missing_outputs(db, task):
        raise Refused(
            [f"{path} is expected of this task and was not recorded: `blackboard output {path}`" for path in missing]
        )


def _end(db: Database, session: Session, by: Actor, now: int, *, gone: bool, exit_code: int | None = None) -> None:
    db.execute(
        "UPDATE sessions SET status = 'succeeded', ended_at = :now, gone_at = :gone, exit_code = :exit_code,"
        f" last_word_at = :now, {STAMP} WHERE id = :id",
        stamped(by, now, id=session.id, gone=now if gone else None, exit_code=exit_code),
    )


def _hand_in(db: Database, session: Session, summary: str, rebuttal: str | None, by: Actor, now: int) -> Review | None:
    task = the_task(db, session.task_id)
    rework = wanting_rework(db, task.id)
    if not task.reviews and rework is None:
        move(db, task, "submit", TaskStatus.DONE, by, now, attempts=0, failure=None)
        return None
    move(db, task, "submit", TaskStatus.REVIEW, by, now, attempts=0, failure=None)
    return open_next_review(db, task, rework, session.agent, session.id, summary, rebuttal, by, now)
