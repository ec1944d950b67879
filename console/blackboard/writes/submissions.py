"""Owns the submit: the fenced write by which an agent hands in its work, and what stands in for it where none came.

Only this write is proof that work is finished; a process that says so is a hint.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.lessons import draw_experience
from console.blackboard.writes.reviews import open_for_operator, open_next_review, wanting_rework
from console.blackboard.writes.sessions import the_session
from console.blackboard.writes.stamps import STAMP, move, stamped, the_task
from console.crash import crash_point
from console.errors import UsageError
from console.records.actor import SCHEDULER, Actor
from console.records.review import Review
from console.records.session import Session, SessionStatus
from console.records.task import Task, TaskStatus

__all__ = ("end_without_submit", "submit")


def submit(
    db: Database, session_id: str, fence: int, *, summary: str, rebuttal: str | None = None, by: Actor, now: int
) -> Task:
    """Hand in the work of a session: the task goes to review, or is done where it has none; fence and session end.

    Repeating it gives the task again. Raises StaleFence where the claim has ended, UsageError from a review seat.
    """
    with write(db, durable=True):
        session = the_session(db, session_id)
        if session.status == SessionStatus.SUCCEEDED and session.fence == fence and session.seat_id is None:
            return the_task(db, session.task_id)
        session = check_fence(db, session_id, fence)
        if session.seat_id is not None:
            raise UsageError("a reviewer gives a verdict: `blackboard review --verdict V`, not submit")
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
        if task.reviews:
            _hand_in(db, session, summary, None, by, now)
        else:
            move(db, task, "end", TaskStatus.REVIEW, by, now, attempts=0)
            reason = "ended well without a submit, and the task has no review"
            open_for_operator(db, task, session.agent, session_id, summary, reason, by, now)
    return the_task(db, session.task_id)


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
        draw_experience(db, task, session=session, summary=summary, by=by, now=now)
        return None
    move(db, task, "submit", TaskStatus.REVIEW, by, now, attempts=0, failure=None)
    return open_next_review(db, task, rework, session.agent, session.id, summary, rebuttal, by, now)
