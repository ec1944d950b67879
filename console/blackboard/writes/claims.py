"""Owns the claim: taking a task or a review seat with a new fence, keeping it by renewing its lease.

A fence grows with every claim; whoever writes with an older one is told so and must stop.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.connection import Database, write
from console.blackboard.writes.review_rows import seats_of_round
from console.blackboard.writes.stamps import STAMP, WORD, move, stamped, the_task
from console.crash import crash_point
from console.errors import Conflict, NotFound, StaleFence
from console.records.actor import Actor
from console.records.hold import hold_told
from console.records.review import PLAN_REVIEW, Review, ReviewStatus, Seat, SeatStatus
from console.records.session import Session, SessionStatus
from console.records.task import Task, TaskKind, TaskStatus
from console.reviews.turns import open_seats, whose_turn

__all__ = ("Start", "check_claimable", "check_fence", "claim_seat", "claim_task", "renew", "session_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a new session is to be."""

    session: str
    """UUID, made by the caller before anything starts."""
    agent: str
    backend: str
    run_id: str | None = None
    folder: str | None = None
    lease_ms: int = 90_000
    parent_session: str | None = None
    instead_of: str | None = None
    """The assignee in whose place it works."""

    @property
    def external(self) -> bool:
        """Nobody of ours runs it: it is running already, and ends with its lease."""
        return _claims_itself(self.backend)


def claim_task(
    db: Database, task_id: int, start: Start, *, by: Actor, now: int, home_paused: bool = False, grace: int = 0
) -> Session:
    """Take the task for `start.agent`: a new fence, a lease and a session row in one durable transaction.

    It is refused for `grace` seconds after a verdict of the operator's on it, or on what it needs.
    Claiming again with the same session id gives the same session. Raises Conflict with the reason or the holder.
    """
    with write(db, durable=True):
        if (again := session_of(db, start.session)) is not None:
            return again
        task = the_task(db, task_id)
        _refuse_project(db, home_paused)
        _refuse_task(db, task, start.instead_of or start.agent, now)
        _refuse_graced(db, task.id, now, grace)
        fence = task.fence + 1
        lease = now + start.lease_ms
        _insert_session(db, start, task.id, None, fence, task.attempts + 1, by, now)
        move(
            db,
            task,
            "claim",
            TaskStatus.WORKING,
            by,
            now,
            fence=fence,
            session=start.session,
            lease_until=lease,
            retry_at=None,
        )
        crash_point("claim.before_commit")
    crash_point("claim.after_commit")
    return check_fence(db, start.session, fence)


def claim_seat(
    db: Database, seat_id: int, start: Start, *, by: Actor, now: int, home_paused: bool = False, grace: int = 0
) -> Session:
    """Take a review seat for its reviewer, as `claim_task` takes a task."""
    with write(db, durable=True):
        if (again := session_of(db, start.session)) is not None:
            return again
        seat, review = _seat(db, seat_id)
        _refuse_project(db, home_paused)
        _refuse_seat(db, seat, review, start.agent)
        _refuse_graced(db, review.task_id, now, grace)
        fence = seat.fence + 1
        _insert_session(db, start, review.task_id, seat.id, fence, seat.attempts + 1, by, now)
        db.execute(
            "UPDATE seats SET status = 'working', fence = :fence, session = :session, lease_until = :lease, retry_at = NULL,"
            f" {STAMP} WHERE id = :id",
            stamped(by, now, id=seat.id, fence=fence, session=start.session, lease=now + start.lease_ms),
        )
        crash_point("claim_seat.before_commit")
    return check_fence(db, start.session, fence)


def check_claimable(
    db: Database,
    agent: str,
    *,
    task_id: int,
    seat_id: int | None = None,
    now: int,
    home_paused: bool = False,
    grace: int = 0,
) -> None:
    """Raise Conflict as the claim of the task, or of the seat, would, and claim nothing."""
    _refuse_project(db, home_paused)
    if seat_id is None:
        _refuse_task(db, the_task(db, task_id), agent, now)
    else:
        _refuse_seat(db, *_seat(db, seat_id), agent)
    _refuse_graced(db, task_id, now, grace)


def check_fence(db: Database, session_id: str, fence: int) -> Session:
    """The session, if its claim still holds. Raises StaleFence (with the present holder) or NotFound."""
    session = session_of(db, session_id)
    if session is None:
        raise NotFound(f"there is no session {session_id} on this blackboard")
    if session.fence != fence or _holder(db, session) != session_id:
        raise StaleFence(_stale(db, session, fence))
    return session


def renew(db: Database, session_id: str, fence: int, *, lease_ms: int, now: int) -> None:
    """Keep the claim for `lease_ms` more. Raises StaleFence where it has ended: stop working then."""
    with write(db):
        session = check_fence(db, session_id, fence)
        table, key = ("tasks", session.task_id) if session.seat_id is None else ("seats", session.seat_id)
        db.execute(f"UPDATE {table} SET lease_until = ? WHERE id = ?", (now + lease_ms, key))
        word = f", {WORD}" if _claims_itself(session.backend) else ""
        db.execute(
            f"UPDATE sessions SET lease_until = :until{word} WHERE id = :id",
            {"until": now + lease_ms, "word": now, "id": session_id},
        )


def session_of(db: Database, session_id: str) -> Session | None:
    """The session, if there is one."""
    row = db.execute("SELECT * FROM sessions WHERE id = ?", (session_id,)).fetchone()
    return None if row is None else Session.from_row(row)


def _claims_itself(backend: str) -> bool:
    from console.backends import traits_of  # a comment asks for no traits: 5% of its start

    return traits_of(backend).claims


def _seat(db: Database, seat_id: int) -> tuple[Seat, Review]:
    row = db.execute("SELECT * FROM seats WHERE id = ?", (seat_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no review seat {seat_id}")
    review = db.execute("SELECT * FROM reviews WHERE id = ?", (row["review_id"],)).fetchone()
    return Seat.from_row(row), Review.from_row(review)


def _holder(db: Database, session: Session) -> str | None:
    """The session that holds the task or seat now."""
    if session.seat_id is None:
        row = db.execute("SELECT session FROM tasks WHERE id = ?", (session.task_id,)).fetchone()
    else:
        row = db.execute("SELECT session FROM seats WHERE id = ?", (session.seat_id,)).fetchone()
    return None if row is None else row[0]


def _stale(db: Database, session: Session, fence: int) -> str:
    what = f"task #{session.task_id}" if session.seat_id is None else f"review seat {session.seat_id}"
    holder = _holder(db, session)
    if holder is None or holder == session.id:
        row = db.execute("SELECT status FROM tasks WHERE id = ?", (session.task_id,)).fetchone()
        return f"your claim of {what} (fence {fence}) has ended: the task is {row[0]} now; stop working on it"
    (agent,) = db.execute("SELECT agent FROM sessions WHERE id = ?", (holder,)).fetchone()
    return f"your claim of {what} (fence {fence}) has ended: {agent} holds it now; stop working on it"


def _refuse_project(db: Database, home_paused: bool) -> None:
    row = db.execute("SELECT project, archived, paused_at FROM project WHERE id = 1").fetchone()
    if row["archived"]:
        raise Conflict(f"project {row['project']} is archived; nothing can be claimed in it")
    if row["paused_at"] is not None or home_paused:
        whose = "the home" if home_paused else f"project {row['project']}"
        raise Conflict(f"{whose} is paused; nothing can be claimed before the operator lets work go on")


def _refuse_task(db: Database, task: Task, agent: str, now: int) -> None:
    if task.status == TaskStatus.WORKING:
        row = db.execute("SELECT agent FROM sessions WHERE id = ?", (task.session,)).fetchone()
        raise Conflict(f"task #{task.id} is claimed by {row['agent'] if row else 'another session'}")
    if task.status == TaskStatus.HELD:
        raise Conflict(f"task #{task.id} is held ({hold_told(task.hold_reason, task.hold_rule)}); release it first")
    if task.status != TaskStatus.PENDING:
        raise Conflict(f"task #{task.id} is {task.status}, not pending")
    if task.kind == TaskKind.REPORT:
        raise Conflict(f"task #{task.id} is a report, which the scheduler writes itself")
    if task.blocked_by:
        raise Conflict(f"task #{task.id} is blocked by {task.blocked_by} unfinished task(s)")
    if task.not_before is not None and now < task.not_before:
        raise Conflict(f"task #{task.id} may not start before its date")
    if task.assignee is not None and task.assignee != agent:
        raise Conflict(f"task #{task.id} is assigned to {task.assignee}")
    _refuse_unsettled(db, task)


def _refuse_graced(db: Database, task: int, now: int, seconds: int) -> None:
    from console.blackboard.reads.grace import graces  # only a claim asks

    if seconds and (grace := graces(db, now, seconds).get(task)) is not None:
        left = -(-(grace.until - now) // 1000)
        raise Conflict(f"task #{task} waits {left} s: the verdict on #{grace.of} can be taken back until then")


def _refuse_unsettled(db: Database, task: Task) -> None:
    row = db.execute(
        "SELECT agent FROM sessions WHERE task_id = ? AND gone_at IS NULL AND seat_id IS NULL", (task.id,)
    ).fetchone()
    if row is not None:
        raise Conflict(f"the last session on task #{task.id} ({row['agent']}) is not confirmed ended yet")
    plan = db.execute(
        "SELECT id, status FROM reviews WHERE task_id = ? AND protocol = ?"
        " AND status IN ('open', 'escalated', 'changes_requested')",
        (task.id, PLAN_REVIEW),
    ).fetchone()
    if plan is not None and plan["status"] == ReviewStatus.CHANGES_REQUESTED:
        raise Conflict(f"review #{plan['id']} asks for changes of task #{task.id} itself, which the operator makes")
    if plan is not None:
        raise Conflict(f"the plan of task #{task.id} is still under review")


def _refuse_seat(db: Database, seat: Seat, review: Review, agent: str) -> None:
    if seat.status == SeatStatus.WORKING:
        raise Conflict(f"review seat {seat.id} is claimed already")
    seats = seats_of_round(db, review)
    if seat.id not in {s.id for s in open_seats(review, seats)}:
        raise Conflict(f"review seat {seat.id} waits for nobody: the round is settled")
    turn = whose_turn(review, seats)
    if seat.id not in {s.id for s in turn}:
        raise Conflict(f"review seat {seat.id} waits for its turn: {turn[0].reviewer} speaks first")
    if the_task(db, review.task_id).status == TaskStatus.HELD:
        raise Conflict(f"task #{review.task_id} is held, and its reviews with it; release it first")
    if agent != seat.reviewer:
        raise Conflict(f"review seat {seat.id} is for {seat.reviewer}")
    if agent == review.author:
        raise Conflict(f"{agent} wrote what review #{review.id} judges and cannot review it")
    if db.execute("SELECT 1 FROM sessions WHERE seat_id = ? AND gone_at IS NULL", (seat.id,)).fetchone():
        raise Conflict(f"the last session on review seat {seat.id} is not confirmed ended yet")


def _insert_session(
    db: Database, start: Start, task_id: int, seat_id: int | None, fence: int, attempt: int, by: Actor, now: int
) -> None:
    status = SessionStatus.RUNNING if start.external else SessionStatus.STARTING
    db.execute(
        "INSERT INTO sessions (id, task_id, seat_id, parent_session, agent, backend, status, fence, attempt, run_id, folder,"
        " lease_until, created_at, started_at, last_word_at, updated_at, actor, origin, in_session)"
        " VALUES (:id, :task_id, :seat_id, :parent, :agent, :backend, :status, :fence, :attempt, :run_id, :folder,"
        " :lease, :now, :started, :now, :now, :actor, :origin, :in_session)",
        stamped(
            by,
            now,
            id=start.session,
            task_id=task_id,
            seat_id=seat_id,
            parent=start.parent_session,
            agent=start.agent,
            backend=start.backend,
            status=str(status),
            fence=fence,
            attempt=attempt,
            run_id=start.run_id,
            folder=start.folder,
            lease=now + start.lease_ms,
            started=now if start.external else None,
        ),
    )
