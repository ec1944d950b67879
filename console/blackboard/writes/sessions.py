"""Owns the life of a session row after its claim: running, words, stop requests, and its two ends.

A session is ended when its result is settled, and gone when its process is confirmed dead; only then is its slot free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.blackboard.connection import Database, write
from console.blackboard.writes.review_rows import the_review, want_stand_in
from console.blackboard.writes.stamps import STAMP, WORD, clean, move, stamped, the_task
from console.blackboard.writes.stops import ask_to_stop
from console.crash import crash_point
from console.errors import Conflict, NotFound
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.review import Seat, SeatStatus
from console.records.session import Session, SessionStatus, StopReason
from console.records.task import Task, TaskStatus
from console.reviews.turns import with_agents

if TYPE_CHECKING:
    from console.records.budget import Usage

__all__ = (
    "Ended",
    "add_usage",
    "end_session",
    "let_go",
    "mark_lost_if_starting",
    "mark_running",
    "note_conversation",
    "note_word",
    "nudged",
    "request_stop",
    "set_usage",
    "the_session",
)


def the_session(db: Database, session_id: str) -> Session:
    """The session. Raises NotFound."""
    row = db.execute("SELECT * FROM sessions WHERE id = ?", (session_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no session {session_id}; `moziplus session list` shows them")
    return Session.from_row(row)


def mark_running(db: Database, session_id: str, *, now: int) -> bool:
    """From `starting` to `running`, by the runner itself; False where recovery or the operator was first: do not start."""
    with write(db):
        done = db.execute(
            "UPDATE sessions SET status = 'running', started_at = :now, last_word_at = :now, actor = agent, origin = 'agent',"
            " in_session = id, rev = rev + 1, updated_at = :now"
            " WHERE id = :id AND status = 'starting' AND stop_reason IS NULL"
            " AND (id IN (SELECT session FROM tasks WHERE id = sessions.task_id)"
            "  OR id IN (SELECT session FROM seats WHERE id = sessions.seat_id))",
            {"id": session_id, "now": now},
        )
    return done.rowcount == 1


def mark_lost_if_starting(db: Database, session_id: str, *, now: int) -> bool:
    """From `starting` to `lost`, by recovery; False where the runner was first, so that exactly one of both wins."""
    with write(db):
        done = db.execute(
            f"UPDATE sessions SET status = 'lost', ended_at = :now, {STAMP} WHERE id = :id AND status = 'starting'",
            stamped(SCHEDULER, now, id=session_id),
        )
    return done.rowcount == 1


def note_word(db: Database, session_id: str, *, now: int, last_line: str | None = None) -> None:
    """The session gave a sign of life. `last_line` is one line."""
    with write(db):
        db.execute(
            f"UPDATE sessions SET {WORD}, last_line = coalesce(:line, last_line),"
            " actor = agent, origin = 'agent', in_session = id, rev = rev + 1, updated_at = :now"
            " WHERE id = :id AND gone_at IS NULL",
            {"id": session_id, "now": now, "word": now, "line": clean(last_line)},
        )


def nudged(db: Database, session_id: str, *, now: int) -> None:
    """Remember that the session was asked for a word."""
    with write(db):
        db.execute("UPDATE sessions SET nudged_at = ? WHERE id = ?", (now, session_id))


def request_stop(
    db: Database, session_id: str, reason: StopReason, *, failure: str = "", by: Actor, now: int
) -> Session:
    """Record that the session is to be stopped, and why; the first reason stays. A session that is gone is left alone.

    `failure` says of what it has used too much: what its agent waits for then is what its task waits for, too.
    """
    from console.blackboard.writes.parked_asks import park_all  # runners need it not

    with write(db, durable=True):
        session = the_session(db, session_id)
        if session.gone_at is None:
            ask_to_stop(db, session_id, reason, by, now, failure=failure)
            if failure:
                agent = Actor(name=session.agent, origin=Origin.SCHEDULER, session=session_id)
                park_all(db, session_id, by=agent, now=now)
    return the_session(db, session_id)


def end_session(
    db: Database,
    session_id: str,
    *,
    status: SessionStatus,
    counted: bool = False,
    failure: str | None = None,
    tail: str | None = None,
    exit_code: int | None = None,
    retry_at: int | None = None,
    exhausted: bool = False,
    gone: bool = True,
    by: Actor = SCHEDULER,
    now: int,
) -> Session:
    """Settle a session whose process is gone: its result where that is open, its task or seat where it still holds it.

    `counted` attempts add to the task's or seat's; `exhausted` makes the task `failed` and the seat `vacant`; else both
    wait until `retry_at`. Idempotent: a session that is gone stays as it is.
    """
    with write(db):
        session = the_session(db, session_id)
        if session.gone_at is not None:
            return session
        ended = Ended(status=status, counted=counted, failure=failure, tail=tail, exit_code=exit_code)
        ended.write(db, session, by, now, gone)
        let_go(db, session, counted, failure, retry_at, exhausted, by, now)
        crash_point("end_session.before_commit")
    return the_session(db, session_id)


class Ended:
    """How a session ended, ready to be written on its row."""

    def __init__(
        self, *, status: SessionStatus, counted: bool, failure: str | None, tail: str | None, exit_code: int | None
    ) -> None:
        self._values = {
            "status": str(status),
            "counted": int(counted),
            "failure": failure,
            "tail": tail,
            "exit_code": exit_code,
        }

    def write(self, db: Database, session: Session, by: Actor, now: int, gone: bool) -> None:
        """Set the result if none is settled yet, and the end of the process if `gone`."""
        values = stamped(by, now, id=session.id, gone=now if gone else None, **self._values)
        if session.ended_at is None:
            db.execute(
                "UPDATE sessions SET status = :status, counted = :counted, failure = :failure, tail = :tail,"
                f" exit_code = :exit_code, ended_at = :now, gone_at = :gone, {STAMP} WHERE id = :id",
                values,
            )
        else:
            db.execute(
                # Who handed in after it was looked at did not fail: what was made of that look is not said of it.
                "UPDATE sessions SET exit_code = coalesce(exit_code, :exit_code),"
                " failure = coalesce(failure, CASE WHEN status <> 'succeeded' THEN :failure END),"
                f" counted = max(counted, :counted * (status = 'lost')), gone_at = :gone, {STAMP} WHERE id = :id",
                values,
            )


def let_go(
    db: Database,
    session: Session,
    counted: bool,
    failure: str | None,
    retry_at: int | None,
    exhausted: bool,
    by: Actor,
    now: int,
) -> None:
    """Free what a session that has ended holds still: it waits until `retry_at`, or, `exhausted`, is given up for good."""
    if session.seat_id is not None:
        held = db.execute(
            "UPDATE seats SET status = :status, session = NULL, lease_until = NULL, attempts = attempts + :counted,"
            f" retry_at = :retry_at, {STAMP} WHERE id = :id AND session = :session",
            stamped(
                by,
                now,
                id=session.seat_id,
                session=session.id,
                counted=int(counted),
                retry_at=retry_at,
                status="vacant" if exhausted else "waiting",
            ),
        )
        if exhausted and held.rowcount == 1:
            want_stand_in(db, session.seat_id, by, now)
            _look_again(db, session.seat_id, by, now)
        return
    task = the_task(db, session.task_id)
    if task.session != session.id:
        return
    _release(db, task, counted, failure, retry_at, exhausted, by, now)


def _look_again(db: Database, seat_id: int, by: Actor, now: int) -> None:
    """A seat fell vacant: perhaps nobody else is waited for in its round."""
    seat = Seat.from_row(db.execute("SELECT * FROM seats WHERE id = ?", (seat_id,)).fetchone())
    review = the_review(db, seat.review_id)
    if seat.status == SeatStatus.VACANT and seat.round == review.round and with_agents(review):
        from console.blackboard.writes.rounds import (
            settle_round,
        )  # all that a round may lead to, which few sessions need

        settle_round(db, review, by, now, because=f"{seat.reviewer} failed every attempt")


def _release(
    db: Database,
    task: Task,
    counted: bool,
    failure: str | None,
    retry_at: int | None,
    exhausted: bool,
    by: Actor,
    now: int,
) -> None:
    verb, to = ("exhaust", TaskStatus.FAILED) if exhausted else ("release", TaskStatus.PENDING)
    move(
        db,
        task,
        verb,
        to,
        by,
        now,
        attempts=task.attempts + int(counted),
        failure=failure or task.failure,
        retry_at=None if exhausted else retry_at,
    )


def note_conversation(db: Database, session_id: str, conversation: str, *, now: int) -> None:
    """In which conversation of its own program its model answers. The same again writes nothing."""
    with write(db):
        db.execute(
            f"UPDATE sessions SET external_id = :conversation, {STAMP} WHERE id = :id AND external_id IS NOT :conversation",
            stamped(SCHEDULER, now, id=session_id, conversation=conversation),
        )


def set_usage(db: Database, session_id: str, used: Usage, *, by: Actor = SCHEDULER, now: int) -> None:
    """What the whole session used, as its output says; what it reported by itself stands where that is more.

    So it is counted once, however often this is repeated, and whoever was faster.
    """
    with write(db):
        session = the_session(db, session_id)
        tokens, cost = max(session.tokens, used.tokens), max(session.cost, used.cost)
        if (tokens, cost) != (session.tokens, session.cost):
            db.execute(
                f"UPDATE sessions SET tokens = :tokens, cost = :cost, {STAMP} WHERE id = :id",
                stamped(by, now, id=session_id, tokens=tokens, cost=cost),
            )


def add_usage(db: Database, session_id: str, fence: int, *, tokens: int, cost: float, by: Actor, now: int) -> Session:
    """Add tokens and cost (US dollars) to a session. A late report of an ended session is taken too: it was spent."""
    with write(db):
        session = the_session(db, session_id)
        if session.fence != fence:
            raise Conflict(f"session {session_id} has fence {session.fence}, not {fence}")
        db.execute(
            f"UPDATE sessions SET tokens = tokens + :tokens, cost = cost + :cost, {STAMP} WHERE id = :id",
            stamped(by, now, id=session_id, tokens=tokens, cost=cost),
        )
    return the_session(db, session_id)
