"""Owns the one large question of the scheduler: all that a decision about a project rests on, from one instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from console.blackboard.connection import Database, translated
from console.blackboard.reads.asks import next_expiry, open_asks, waited
from console.blackboard.reads.ends import failures_to_follow, plans_to_apply
from console.blackboard.reads.grace import graces
from console.blackboard.reads.leads import turns
from console.blackboard.reads.learning import learning
from console.blackboard.reads.needs import needs_to_tell, timed_out
from console.blackboard.reads.notes import open_causes
from console.blackboard.reads.reviews import (
    OpenRound,
    get_review,
    get_seat,
    next_round_end,
    open_rounds,
    plans_not_approved,
)
from console.blackboard.reads.schedules import enabled_schedules, unwritten_reports
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.reads.tasks import (
    get_task,
    next_due,
    next_retry,
    ready_among,
    ready_tasks,
    state,
    tally,
    workload,
)
from console.blackboard.reads.usage import capped_tasks, used, used_by_tasks, used_since
from console.records.ask import Ask
from console.records.budget import TaskUse, Usage
from console.records.grace import Grace
from console.records.lead import Turn
from console.records.learning import Learning
from console.records.need import Need
from console.records.policy import Policy
from console.records.project import ProjectState, Tally
from console.records.review import Review, ReviewStatus, Seat
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
    waited: int = 0
    """Milliseconds for which it could not go on before an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduling:
    """One project at one instant."""

    state: ProjectState
    tally: Tally
    ready: tuple[Task, ...]
    unplaced: tuple[Task, ...]
    """Those with an open alert that nobody fits them which are ready still, whatever the page of ready tasks holds."""
    occupied: tuple[Occupied, ...]
    rounds: tuple[OpenRound, ...]
    plans: Mapping[int, ReviewStatus]
    """Tasks that may not start because of their plan review."""
    graces: Mapping[int, Grace]
    """Tasks that may not start because a verdict can still be taken back."""
    to_apply: tuple[Task, ...]
    """Plans that are approved, and have not become tasks yet."""
    failures: tuple[Task, ...]
    """That say what follows, where it has not followed yet."""
    causes: frozenset[str]
    """Of open alerts."""
    last_progress_at: int
    """Epoch ms of the newest event that the scheduler did not cause; 0 where there is none."""
    due_at: int | None
    """Epoch ms when the page of ready tasks, a seat, or a round changes by the clock alone, or a schedule's moment comes."""
    retry_at: int | None
    """Epoch ms of the next retry, or of the next end of a grace; dates and schedules do not count."""
    workload: Workload | None = None
    """Where the policy asks it."""
    schedules: tuple[Schedule, ...] = ()
    asks: tuple[Ask, ...] = ()
    """Those that wait for an answer."""
    turns: tuple[Turn, ...] = ()
    """Asks that went to the lead, as long as they wait or it is asked."""
    reports: tuple[int, ...] = ()
    """Tasks whose report is not written yet."""
    used: Usage = field(default_factory=Usage)
    used_today: Usage = field(default_factory=Usage)
    """Since the last midnight."""
    day_ends: int | None = None
    """Epoch ms of the next midnight."""
    tasks_used: Mapping[int, TaskUse] = field(default_factory=dict)
    """Of tasks that may start something, at which somebody works, or whose caps have an open alert, as far as they have any."""
    learning: Learning = Learning()
    needs: tuple[Need, ...] = ()
    """What the operator has to be told of: see `needs_to_tell`."""
    timed_out: Mapping[int, str] = field(default_factory=dict)
    """Tasks whose last attempt ran out of time → its agent."""


def scheduling(
    db: Database, *, policy: Policy, now: int, limit: int, since: int = 0, until: int | None = None,
    task_budgets: bool = False, known: Scheduling | None = None,
) -> Scheduling:  # fmt: skip
    """Everything at once, with at most `limit` ready tasks in the order of the `policy`.

    What was used is counted from `since` (epoch ms), and only for as long as it is before `until`: that is a due time.
    `known` is what was read before: what cannot have changed since is taken from there.
    """
    with one_instant(db):
        causes, load, schedules, rounds = open_causes(db), _load(db, policy), enabled_schedules(db), open_rounds(db)
        asked, waits = turns(db), graces(db, now, policy.review_grace)
        over = [grace.until for grace in waits.values()]
        ready = _ready(db, policy, load, asked, now, limit)
        return Scheduling(
            state=state(db),
            tally=tally(db),
            ready=ready,
            unplaced=ready_among(db, _numbers(causes, "unassignable:"), now=now),
            occupied=tuple(_occupied(db, session, now) for session in present_sessions(db)),
            rounds=rounds,
            plans=plans_not_approved(db),
            graces=waits,
            to_apply=tuple(task for task in plans_to_apply(db) if task.id not in waits),
            failures=failures_to_follow(db),
            causes=causes,
            last_progress_at=_last_progress(db),
            due_at=_earliest(until, *_moments(db, schedules, now), *_ends(asked, policy, now), *over),
            retry_at=_earliest(next_retry(db, now), *over),
            workload=load,
            schedules=schedules,
            asks=open_asks(db),
            turns=asked,
            reports=unwritten_reports(db),
            used=used(db),
            used_today=used_since(db, since, now),
            day_ends=until,
            tasks_used=_tasks_used(db, _asked(db, ready, rounds, causes), task_budgets),
            learning=learning(db, known.learning if known is not None else None),
            needs=needs_to_tell(db, str(state(db).project), causes),
            timed_out=timed_out(db),
        )


def _load(db: Database, policy: Policy) -> Workload | None:
    return workload(db) if policy.order == AUTO else None


def _ready(
    db: Database, policy: Policy, load: Workload | None, asked: tuple[Turn, ...], now: int, limit: int
) -> tuple[Task, ...]:
    """A page of them, and those by which the lead is asked: an agent waits meanwhile."""
    page = ready_tasks(db, order=order_in_force(policy, load), now=now, limit=limit, policy=policy)
    others = {turn.task_id for turn in asked} - {task.id for task in page}
    return (*page, *ready_among(db, others, now=now))


def _asked(db: Database, ready: tuple[Task, ...], rounds: tuple[OpenRound, ...], causes: frozenset[str]) -> set[int]:
    """Tasks that could start something now, at which somebody works, or whose caps have an open alert."""
    told = _numbers(causes, "budget:task:") | _numbers(causes, "cap-near:task:")
    worked_on = {row[0] for row in db.execute("SELECT task_id FROM sessions WHERE gone_at IS NULL")}
    return {task.id for task in ready} | {r.task.id for r in rounds} | worked_on | told


def _tasks_used(db: Database, asked: set[int], task_budgets: bool) -> dict[int, TaskUse]:
    """Of those asked for that have any cap."""
    wanted = asked if task_budgets else asked & capped_tasks(db)
    return used_by_tasks(db, wanted) if wanted else {}


def _numbers(causes: frozenset[str], prefix: str) -> set[int]:
    """The tasks that open alerts of that kind are about: such an alert ends by what they are now."""
    found = (cause.removeprefix(prefix) for cause in causes if cause.startswith(prefix))
    return {int(number) for number in found if number.isdecimal()}


def _moments(db: Database, schedules: tuple[Schedule, ...], now: int) -> Iterator[int | None]:
    """When something of the project changes by the clock alone."""
    yield next_due(db, now)
    yield next_retry(db, now)
    yield next_round_end(db, now)
    yield next_expiry(db, now)
    yield from (one.next_at for one in schedules if one.next_at > now)


def _ends(asked: tuple[Turn, ...], policy: Policy, now: int) -> Iterator[int]:
    """When the lead's time is over."""
    yield from (end for turn in asked if (end := turn.asked_at + policy.lead_wait * 1000) > now)


def _earliest(*moments: int | None) -> int | None:
    return min((at for at in moments if at is not None), default=None)


def _occupied(db: Database, session: Session, now: int) -> Occupied:
    seat = None if session.seat_id is None else get_seat(db, session.seat_id)
    review = None if seat is None else get_review(db, seat.review_id)
    return Occupied(
        session=session,
        task=get_task(db, session.task_id),
        seat=seat,
        review=review,
        waited=waited(db, session.id, now),
    )


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
