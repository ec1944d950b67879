"""Owns giving a claim back unfinished: as a failed attempt, or to wait for something or somebody, which costs none.

Never lets an agent put work off without end: from some releases on, each counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.backends import traits_of
from console.blackboard.connection import Database, write
from console.blackboard.writes.claims import check_fence, session_of
from console.blackboard.writes.dependencies import insert_dependency
from console.blackboard.writes.said import Said, remember, was_said
from console.blackboard.writes.sessions import let_go
from console.blackboard.writes.stamps import STAMP, change, stamped, the_task
from console.errors import Conflict, UsageError
from console.records.actor import Actor
from console.records.policy import Policy
from console.records.session import Session
from console.records.task import Task, TaskStatus
from console.scheduler.backoff import retry_at

__all__ = ("FREE", "NOW", "Wait", "free_left", "release_claim")

FREE = 5
"""Releases of a task, or of a seat, that cost no attempt, since the task was handed in last."""
_SHIPPED = Policy()
_PUT_OFF = "put off: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What the work waits for, or who is to do it; empty where it was given up."""

    not_before: int | None = None
    """Epoch ms."""
    until: int | None = None
    """The task that is to be done first."""
    agent: str | None = None
    role: str | None = None

    @property
    def for_nothing(self) -> bool:
        """It was given up."""
        return self == NOW


NOW = Wait()


def release_claim(
    db: Database,
    session_id: str,
    fence: int,
    *,
    reason: str,
    policy: Policy = _SHIPPED,
    wait: Wait = NOW,
    by: Actor,
    now: int,
) -> Task:
    """Give the task, or the seat, back unfinished. StaleFence where the claim has ended.

    It is a failed attempt like any other: it rests, and the last one fails the task, by the `policy`. One that says what
    it waits for or who takes over costs none, FREE times. The same again gives the task again, and counts once. Raises
    Conflict and UsageError where it cannot wait for that.
    """
    words = {"reason": reason} if wait.for_nothing else {"reason": reason, "wait": str(wait)}
    said = Said("release", session_id, fence, words, reason)
    with write(db, durable=True):
        if was_said(db, said) and (again := session_of(db, session_id)) is not None:
            return the_task(db, again.task_id)
        session = check_fence(db, session_id, fence)
        _refuse(db, session, wait, now)
        remember(db, said, now=now)
        counted = wait.for_nothing or free_left(db, session) <= 0
        failure = f"released: {reason}" if counted else f"{_PUT_OFF}{reason}"
        _end(db, session, failure, counted, by, now)
        last = counted and session.attempt >= policy.max_attempts
        rest = retry_at(session, session.attempt, policy, now) if counted and not last else None
        if session.seat_id is not None:
            rest = max(rest or 0, wait.not_before or 0) or None
        let_go(db, session, counted, failure, rest, last, by, now)
        if not last and session.seat_id is None:
            _put_off(db, session.task_id, wait, by, now)
    return the_task(db, session.task_id)


def _end(db: Database, session: Session, failure: str, counted: bool, by: Actor, now: int) -> None:
    gone, status = now if traits_of(session.backend).claims else None, "failed" if counted else "cancelled"
    db.execute(
        "UPDATE sessions SET status = :status, ended_at = :now, gone_at = :gone, counted = :counted, failure = :failure,"
        f" {STAMP} WHERE id = :id",
        stamped(by, now, id=session.id, gone=gone, failure=failure, counted=int(counted), status=status),
    )


def free_left(db: Database, session: Session) -> int:
    """How often what the session works on may still be put off without an attempt."""
    (done,) = db.execute(
        "SELECT count(*) FROM sessions WHERE task_id = :task AND seat_id IS :seat AND counted = 0 AND failure LIKE :put_off"
        " AND created_at > coalesce((SELECT max(at) FROM submissions s JOIN reviews r ON r.id = s.review_id"
        "  WHERE r.task_id = :task), 0)",
        {"task": session.task_id, "seat": session.seat_id, "put_off": f"{_PUT_OFF}%"},
    ).fetchone()
    return FREE - int(done)


def _refuse(db: Database, session: Session, wait: Wait, now: int) -> None:
    if wait.not_before is not None and wait.not_before <= now:
        raise UsageError("--not-before is past; name a moment to come, or go on")
    if session.seat_id is not None and (wait.until or wait.agent or wait.role):
        raise UsageError(
            "a review is not handed over; say `blackboard review --verdict abstain --comment WHY`: the next reviewer is asked"
        )
    if wait.agent == session.agent:
        raise UsageError(f"{wait.agent} is you; name somebody else, or say --not-before or --until")
    if wait.until is not None:
        status = the_task(db, wait.until).status
        if status in (TaskStatus.DONE, TaskStatus.CANCELLED):
            raise Conflict(
                f"task #{wait.until} is {status}: nothing is to be waited for; go on, or release without --until"
            )


def _put_off(db: Database, task_id: int, wait: Wait, by: Actor, now: int) -> None:
    if wait.until is not None:
        known = db.execute("SELECT 1 FROM dependencies WHERE task = ? AND needs = ?", (task_id, wait.until)).fetchone()
        if known is None:
            insert_dependency(db, task_id, wait.until, by, now)
    if wait.not_before is not None:
        change(db, task_id, by, now, not_before=wait.not_before)
    if wait.agent or wait.role:
        change(db, task_id, by, now, assignee=wait.agent, role=wait.role, preferred=None)
