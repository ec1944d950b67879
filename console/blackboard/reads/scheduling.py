"""Owns the one large question of the scheduler: all that a decision about a project rests on, from one instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.blackboard.reads.notes import open_causes
from console.blackboard.reads.reviews import OpenRound, get_review, get_seat, open_rounds
from console.blackboard.reads.schedules import enabled_schedules, unwritten_reports
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.reads.tasks import get_task, next_due, next_retry, ready_tasks, state, tally, workload
from console.records.policy import Policy
from console.records.project import ProjectState, Tally
from console.records.review import Review, Seat
from console.records.schedule import Schedule
from console.records.session import Session
from console.records.task import Task
from console.records.workload import Workload
from console.scheduler.policies import AUTO, order_in_force

__all__ = ("Occupied", "Scheduling", "one_instant", "scheduling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupied:
    """A session whose slot is not free, with the task or seat that it works on."""

    session: Session
    task: Task
    seat: Seat | None = None
    review: Review | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduling:
    """One project at one instant."""

    state: ProjectState
    tally: Tally
    ready: tuple[Task, ...]
    occupied: tuple[Occupied, ...]
    rounds: tuple[OpenRound, ...]
    causes: frozenset[str]
    """Of open alerts."""
    last_progress_at: int
    """Epoch ms of the newest event that the scheduler did not cause; 0 where there is none."""
    due_at: int | None
    """Epoch ms when the page of ready tasks, or a seat, changes by the clock alone, or a schedule's moment comes."""
    retry_at: int | None
    """Epoch ms of the next retry; dates and schedules do not count."""
    workload: Workload | None
    """Where the policy asks it."""
    schedules: tuple[Schedule, ...]
    reports: tuple[int, ...]
    """Tasks whose report is not written yet."""


def scheduling(db: Database, *, policy: Policy, now: int, limit: int) -> Scheduling:
    """Everything at once, with at most `limit` ready tasks in the order of the `policy`."""
    with one_instant(db):
        due, retry = next_due(db, now), next_retry(db, now)
        load = workload(db) if policy.order == AUTO else None
        schedules = enabled_schedules(db)
        moments = [one.next_at for one in schedules if one.next_at > now]
        return Scheduling(
            state=state(db),
            tally=tally(db),
            ready=ready_tasks(db, order=order_in_force(policy, load), now=now, limit=limit, policy=policy),
            occupied=tuple(_occupied(db, session) for session in present_sessions(db)),
            rounds=open_rounds(db),
            causes=open_causes(db),
            last_progress_at=_last_progress(db),
            due_at=min((at for at in (due, retry, *moments) if at is not None), default=None),
            retry_at=retry,
            workload=load,
            schedules=schedules,
            reports=unwritten_reports(db),
        )


def _occupied(db: Database, session: Session) -> Occupied:
    seat = None if session.seat_id is None else get_seat(db, session.seat_id)
    review = None if seat is None else get_review(db, seat.review_id)
    return Occupied(session=session, task=get_task(db, session.task_id), seat=seat, review=review)


def _last_progress(db: Database) -> int:
    row = db.execute("SELECT at FROM events WHERE origin <> 'scheduler' ORDER BY seq DESC LIMIT 1").fetchone()
    return 0 if row is None else int(row[0])


@contextmanager
def one_instant(db: Database) -> Iterator[None]:
    """A read transaction: what others commit meanwhile is not seen. It ends before anybody awaits anything."""
    with translated(db.path):
        db.execute("BEGIN")
        try:
            yield
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")
