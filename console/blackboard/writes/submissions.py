"""Owns the submit: the fenced write by which an agent hands in its work, and what stands in for it where none came.

Only this write is proof that work is finished; a process that says so is a hint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.backends import traits_of
from console.blackboard.connection import Database, write
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.guardrails import before_hand_in, hold_handed_in
from console.blackboard.writes.lessons import draw_experience
from console.blackboard.writes.outputs import missing_outputs, record_removal
from console.blackboard.writes.reviews import (
    open_for_operator,
    open_next_review,
    result_reviews,
    wanting_rework,
)
from console.blackboard.writes.said import Said, remember, said_before
from console.blackboard.writes.sessions import the_session
from console.blackboard.writes.stamps import STAMP, move, stamped, the_task
from console.crash import crash_point
from console.errors import Conflict, Refused, UsageError
from console.records.actor import SCHEDULER, Actor
from console.records.guardrail import Decision, Effect
from console.records.review import VerdictGiven
from console.records.session import Session, SessionStatus
from console.records.task import Task, TaskStatus
from console.reviews.findings import Numbered, check_answers, numbered
from console.text import one_line

__all__ = ("end_without_submit", "submit")


def submit(
    db: Database,
    session_id: str,
    fence: int,
    *,
    summary: str,
    rebuttal: str | None = None,
    answers: Sequence[Mapping[str, Any]] = (),
    decision: Decision | None = None,
    gone: Sequence[str] = (),
    by: Actor,
    now: int,
) -> Task:
    """Hand in the work of a session: the task goes to review, or is done where it has none; fence and session end.

    `answers` are to findings of the last round: `finding` (its number) and `text`. `decision` is what the guardrails say:
    one more review, or held for the operator. `gone` are outputs of earlier rounds whose files are there no more; that is
    recorded along with it. The same again gives the task again, other words raise Conflict. Raises StaleFence where the
    claim has ended, UsageError from a review seat, and where a debate lacks an answer, Refused where an expected output
    was not recorded.
    """
    ordered = sorted(map(dict, answers), key=lambda answer: int(answer["finding"]))
    said = Said("submit", session_id, fence, {"summary": summary, "rebuttal": rebuttal, "answers": ordered}, summary)
    with write(db, durable=True):
        session = the_session(db, session_id)
        if session.status == SessionStatus.SUCCEEDED and session.fence == fence and session.seat_id is None:
            return _as_handed_in(db, session, said)
        session = check_fence(db, session_id, fence)
        if session.seat_id is not None:
            raise UsageError(
                "a reviewer gives a verdict: `blackboard review --verdict approve|request_changes|reject|abstain`, not submit"
            )
        for path in gone:
            record_removal(db, session.task_id, path, by=by, now=now)
        _refuse_missing(db, the_task(db, session.task_id))
        _end(db, session, by, now, gone=traits_of(session.backend).claims)
        _check_answers(db, session.task_id, answers, rebuttal)
        _hand_in(db, session, summary, rebuttal, decision, by, now, answers)
        remember(db, said, now=now)
        crash_point("submit.before_commit")
    crash_point("submit.after_commit")
    return the_task(db, session.task_id)


def end_without_submit(
    db: Database,
    session_id: str,
    *,
    summary: str,
    exit_code: int | None = 0,
    decision: Decision | None = None,
    by: Actor = SCHEDULER,
    now: int,
) -> Task:
    """The agent ended well and never submitted: its last words (`summary`) go to review in place of a submission.

    A task without a review then waits for the operator, and so does what a guardrail denies: nobody is left to mend it.
    Where the operator asked for changes before, it is the next round of that review.
    Idempotent; the session's process is gone.
    """
    with write(db, durable=True):
        session = the_session(db, session_id)
        task = the_task(db, session.task_id)
        if task.session != session_id:
            return task
        _end(db, session, by, now, gone=True, exit_code=exit_code)
        if missing := missing_outputs(db, task):
            summary += f"\n\nExpected of it, and not recorded: {', '.join(missing)}"
        if result_reviews(task) or wanting_rework(db, task.id) is not None or _asks_for_review(decision):
            _hand_in(db, session, summary, None, decision, by, now)
        else:
            held = before_hand_in(db, session, decision, by, now)
            move(db, task, "end", TaskStatus.REVIEW, by, now, attempts=0)
            reason = "ended well without a submit, and the task has no review"
            reason += f"; not recorded: {', '.join(missing)}" if missing else ""
            open_for_operator(db, task, session.agent, session_id, summary, reason, by, now)
            if held and decision is not None:
                hold_handed_in(db, session, decision, by, now)
    return the_task(db, session.task_id)


def _as_handed_in(db: Database, session: Session, said: Said) -> Task:
    task = the_task(db, session.task_id)
    if (stands := said_before(db, said)) is not None:
        raise Conflict(
            f"you handed #{task.id} in already, and that stands ({one_line(stands, 200)!r}; the task is {task.status});"
            " this other one was not taken; `blackboard comment` says more"
        )
    return task


def _asks_for_review(decision: Decision | None) -> bool:
    return decision is not None and decision.effect == Effect.REQUIRE_REVIEW


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


def _check_answers(db: Database, task_id: int, answers: Sequence[Mapping[str, Any]], rebuttal: str | None) -> None:
    """Against the findings of the review whose changes are handed in."""
    rework = wanting_rework(db, task_id)
    found: tuple[Numbered, ...] = ()
    if rework is not None:
        rows = db.execute(
            "SELECT * FROM verdicts WHERE review_id = ? AND round = ?", (rework.id, rework.round)
        ).fetchall()
        found = numbered([VerdictGiven.from_row(row) for row in rows], rework.round)
    check_answers(rework, found, answers, rebuttal)


def _hand_in(
    db: Database,
    session: Session,
    summary: str,
    rebuttal: str | None,
    decision: Decision | None,
    by: Actor,
    now: int,
    answers: Sequence[Mapping[str, Any]] = (),
) -> None:
    held = before_hand_in(db, session, decision, by, now)
    task = the_task(db, session.task_id)
    rework = wanting_rework(db, task.id)
    if not result_reviews(task) and rework is None and not held:
        move(db, task, "submit", TaskStatus.DONE, by, now, attempts=0, failure=None)
        draw_experience(db, task, session=session, summary=summary, by=by, now=now)
        return
    move(db, task, "submit", TaskStatus.REVIEW, by, now, attempts=0, failure=None)
    open_next_review(db, task, rework, session.agent, session.id, summary, rebuttal, by, now, answers)
    if held and decision is not None:
        hold_handed_in(db, session, decision, by, now)
