"""Owns random worlds for the scheduler's property tests: small, hostile, and not all of them possible in a real home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from console.backends import BACKENDS
from console.records.agent import Agent
from console.records.budget import Budgets, Limit, TaskUse, Usage
from console.records.ending import Ending, Life
from console.records.learning import Distillation, DistillationStatus, Learning
from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.review import ReviewStatus, SeatKind, SeatStatus, StandIn
from console.records.schedule import Misfire, Overlap, Schedule, ScheduleKind
from console.records.session import SessionStatus, StopReason
from console.records.task import OnFailure, Task, TaskKind, TaskStatus
from console.records.workload import Workload
from console.reviews.protocol import Protocol
from console.scheduler.snapshot import Present, ProjectView, Round, Snapshot
from tests.play import DOWN, NOW, SECOND, UP, present, review, seat, session, task
from tests.unit.scheduler.turns import TURNS

NAMES = ("ann", "bob", "cat", "dan")
TIMES = st.one_of(st.none(), st.none(), st.none(), st.integers(-900, 900).map(lambda s: NOW + s * SECOND))
PAST = st.integers(-900, 0).map(lambda s: NOW + s * SECOND)
SOME = st.one_of(st.none(), st.none(), st.integers(0, 3))
CRONS = st.sampled_from(["30 9 * * 1-5", "*/5 * * * *", "0 0 29 2 *"])
PROTOCOL = Protocol(name="output_review", reviewers=("ann", "@lead"), escalate_to=("@lead", "bob"))


def often(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Mostly the first."""
    return st.sampled_from([usual] * 9 * len(others) + list(others))


AGENTS: st.SearchStrategy[Agent] = st.builds(
    Agent,
    id=st.sampled_from(NAMES),
    role=st.sampled_from(["developer", "reviewer", "lead"]),
    capabilities=st.sampled_from([(), ("a",), ("a", "b")]),
    backend=often("command", "gateway", "external"),
    max_parallel=SOME,
    silence=st.sampled_from([None, 1]),
    task_timeout=st.sampled_from([None, 1, 9000]),
)

policies: st.SearchStrategy[Policy] = st.builds(
    Policy,
    order=st.sampled_from(["priority", "fifo", "deadline", "dynamic", "auto"]),
    max_global_agents=st.integers(0, 9),
    max_project_agents=SOME,
    max_per_agent=st.integers(1, 3),
    max_attempts=st.integers(1, 3),
    lead=st.sampled_from([None, *NAMES]),
)

ENDINGS: st.SearchStrategy[Ending | None] = st.one_of(
    st.none(),
    st.builds(
        Ending,
        exit_code=st.sampled_from([None, 0, 1, 75]),
        signal=st.sampled_from([None, 9]),
        timed_out=st.booleans(),
        stopped=st.sampled_from([None, *StopReason]),
        rate_limited=st.booleans(),
    ),
)


LIMITS: st.SearchStrategy[Limit] = st.builds(
    Limit, sessions=often(None, 0, 1, 2, 9), tokens=often(None, 0, 50, 500), cost=often(None, 0.0, 1.0, 9.0)
)
USAGES: st.SearchStrategy[Usage] = st.builds(
    Usage, sessions=st.integers(0, 9), tokens=st.integers(0, 100), cost=st.sampled_from([0.0, 0.5, 3.0])
)
USES: st.SearchStrategy[TaskUse] = st.builds(TaskUse, used=USAGES, releases=often(0, 1, 2))


@st.composite
def tasks(draw: st.DrawFn, number: int) -> Task:
    """A task of a page of ready ones, which may have grown old."""
    return task(
        number,
        status=draw(often(TaskStatus.PENDING, *TaskStatus)),
        priority=draw(st.integers(0, 4)),
        assignee=draw(often(None, *NAMES, "nobody")),
        role=draw(often(None, "developer", "pilot")),
        needs=draw(often((), ("a",), ("a", "b"), ("z",))),
        preferred=draw(st.sampled_from([None, *NAMES])),
        blocked_by=draw(often(0, 1)),
        not_before=draw(TIMES),
        retry_at=draw(TIMES),
        deadline=draw(TIMES),
        unblocks=draw(st.integers(0, 12)),
        kind=draw(often(TaskKind.WORK, TaskKind.REPORT)),
        created_by=draw(often("operator", "ask:1")),
    )


@st.composite
def schedules(draw: st.DrawFn, number: int) -> Schedule:
    """One that is due, late, or still to come."""
    kind = draw(st.sampled_from(ScheduleKind))
    return Schedule(
        id=number,
        name=f"s{number}",
        kind=kind,
        at_time="18:00" if kind == ScheduleKind.DAILY else None,
        every=draw(st.integers(60, 9000)) if kind == ScheduleKind.INTERVAL else None,
        cron=draw(CRONS) if kind == ScheduleKind.CRON else None,
        misfire=draw(st.sampled_from(Misfire)),
        overlap=draw(st.sampled_from(Overlap)),
        next_at=NOW + draw(st.one_of(st.integers(-(10**6), 10**6), st.integers(-(10**9), 10**11))),
        last_at=draw(TIMES),
        enabled=draw(often(True, False)),
        open_task=draw(st.sampled_from([None, None, 1])),
    )


@st.composite
def presents(draw: st.DrawFn, name: str, number: int) -> Present:
    """A session in any state, on a task or a seat."""
    settled = draw(st.booleans())
    ends = [s for s in SessionStatus if s not in (SessionStatus.STARTING, SessionStatus.RUNNING)]
    on_seat = draw(st.booleans())
    stop = draw(often(None, *StopReason))
    one = session(
        name,
        number,
        agent=draw(st.sampled_from([*NAMES, "gone"])),
        backend=draw(st.sampled_from([*BACKENDS, "telepathy"])),
        status=draw(st.sampled_from(ends)) if settled else SessionStatus.RUNNING,
        ended_at=draw(PAST) if settled else None,
        created_at=draw(PAST),
        started_at=draw(st.one_of(st.none(), PAST)),
        last_word_at=draw(st.one_of(st.none(), PAST)),
        lease_until=draw(TIMES),
        attempt=draw(st.integers(1, 4)),
        stop_reason=stop,
        stop_requested_at=draw(PAST) if stop else None,
        seat_id=number if on_seat else None,
    )
    place = seat(number, status=draw(st.sampled_from(SeatStatus)), fence=draw(st.integers(1, 2))) if on_seat else None
    return present(
        one,
        draw(st.sampled_from(Life)),
        draw(ENDINGS),
        task_status=draw(often("working", *TaskStatus)),
        task_fence=draw(st.integers(1, 2)),
        seat=place,
        stop_asked_at=draw(st.one_of(st.none(), PAST)),
    )


@st.composite
def rounds(draw: st.DrawFn, number: int) -> Round:
    """A review of a task, with or without its seats."""
    one = review(
        number,
        100 + number,
        author=draw(st.sampled_from(NAMES)),
        protocol=draw(often("output_review", "plan_review", "final_review")),
        status=draw(often(ReviewStatus.OPEN, *ReviewStatus)),
        escalated_to=draw(st.sampled_from([None, "operator", *NAMES])),
        in_sequence=draw(st.booleans()),
        round_timeout=draw(st.sampled_from([0, 60])),
        round_until=draw(TIMES),
    )
    names = draw(st.lists(st.sampled_from([*NAMES, "gone"]), max_size=2, unique=True))
    seats = tuple(
        seat(
            number * 10 + i,
            name,
            review_id=number,
            kind=draw(often(SeatKind.REVIEW, SeatKind.ESCALATION)),
            status=draw(often(SeatStatus.WAITING, *SeatStatus)),
            retry_at=draw(TIMES),
            stand_in=draw(often(None, *StandIn)),
        )
        for i, name in enumerate(names)
        if name != one.author
    )
    return Round(
        review=one,
        task=task(100 + number, status=draw(often(TaskStatus.REVIEW, TaskStatus.HELD))),
        seats=seats,
        before=draw(st.sampled_from([(), ("bob",)])),
        open_children=draw(st.sampled_from([(), (7,)])),
    )


@st.composite
def ended(draw: st.DrawFn, number: int) -> Task:
    """A task of the pages of those that came to an end, which may have grown old."""
    return task(
        number,
        kind=draw(st.sampled_from([TaskKind.PLAN, TaskKind.WORK])),
        status=draw(st.sampled_from([TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.REVIEW])),
        on_failure=draw(st.sampled_from(OnFailure)),
        applied_at=draw(often(None, NOW)),
    )


@st.composite
def learnings(draw: st.DrawFn) -> Learning:
    """What experiences ask for, mostly nothing."""
    under_way = st.builds(
        Distillation,
        id=st.integers(1, 9),
        tag=st.sampled_from(["csv", "io"]),
        task_id=st.integers(1, 9),
        status=st.sampled_from(DistillationStatus),
        task_status=st.sampled_from(TaskStatus),
    )
    return Learning(
        behind=draw(often(False, True)),
        tags=draw(often((), (("csv", 9), ("io", 5)), (("csv", 4),))),
        distillations=tuple(draw(st.lists(under_way, max_size=2, unique_by=lambda d: d.task_id))),
        idle_since=draw(often(None, NOW, 0)),
    )


@st.composite
def views(draw: st.DrawFn, name: str) -> ProjectView:
    """A project."""
    causes = [
        "no-progress",
        "unassignable:1",
        "unassignable:7",
        f"silent:{name}0",
        "cost",
        "budget:task:1",
        "budget:project",
    ]
    return ProjectView(
        state=ProjectState(
            project=name, epoch="e", archived=draw(often(False, True)), paused_at=draw(often(None, NOW))
        ),
        policy=draw(policies),
        agents=tuple(draw(st.lists(AGENTS, min_size=1, max_size=4, unique_by=lambda a: a.id))),
        ready=tuple(draw(tasks(n)) for n in range(1, 1 + draw(st.integers(0, 5)))),
        unplaced=tuple(draw(tasks(n)) for n in draw(often((), (7,)))),
        present=tuple(draw(presents(f"{name}{n}", n)) for n in range(draw(st.integers(0, 2)))),
        rounds=tuple(draw(rounds(n)) for n in range(1, 1 + draw(st.integers(0, 2)))),
        to_apply=tuple(draw(ended(n)) for n in range(200, 200 + draw(st.integers(0, 2)))),
        failures=tuple(draw(ended(n)) for n in range(300, 300 + draw(st.integers(0, 2)))),
        one_author=draw(often(False, True)),
        last_progress_at=draw(PAST),
        open_causes=frozenset(draw(st.lists(st.sampled_from(causes), max_size=2))),
        plans=draw(often({}, {1: ReviewStatus.OPEN, 2: ReviewStatus.CHANGES_REQUESTED})),
        protocols=draw(often({}, {"output_review": PROTOCOL})),
        budgets=draw(st.builds(Budgets, task=LIMITS, project=LIMITS, project_day=LIMITS)),
        used=draw(USAGES),
        used_today=draw(USAGES),
        tasks_used=draw(st.dictionaries(st.sampled_from([1, 2, 3, 101, 102]), USES, max_size=3)),
        learning=draw(learnings()),
        workload=Workload(edges=draw(st.integers(0, 2)), dated=draw(st.integers(0, 1)), urgent=draw(st.integers(0, 1))),
        schedules=tuple(draw(schedules(n)) for n in range(1, 1 + draw(st.sampled_from([0, 0, 0, 1, 2])))),
        reports=draw(often((), (9,))),
        turns=tuple(draw(st.lists(TURNS, max_size=2, unique_by=lambda turn: turn.ask))),
    )


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """A home with up to three projects."""
    return Snapshot(
        projects=tuple(draw(views(name)) for name in ("p", "q", "r")[: draw(st.integers(0, 3))]),
        paused=draw(often(False, True)),
        estopped=draw(often(False, True)),
        draining=draw(often(False, True)),
        links=draw(often(UP, DOWN)),
        enough_disk=draw(often(True, False)),
        home_causes=frozenset(draw(st.sampled_from([(), ("disk",), ("budget:day",)]))),
        day=draw(LIMITS),
        watching_since=draw(PAST),
    )


def open_for_work(world: Snapshot) -> Snapshot:
    """The same world with nothing closed, every task due and for anybody, and little else going on: much starts here."""

    def opened(one: ProjectView) -> ProjectView:
        state = replace(one.state, archived=False, paused_at=None)
        free = {"status": TaskStatus.PENDING, "blocked_by": 0, "not_before": None, "retry_at": None, "assignee": None}
        ready = tuple(replace(t, needs=t.needs if t.id % 2 else (), role=None, **free) for t in one.ready)  # type: ignore[arg-type]
        return replace(one, state=state, ready=ready, present=one.present[:1])

    views = tuple(opened(one) for one in world.projects)
    return replace(world, projects=views, paused=False, estopped=False, draining=False, enough_disk=True)


worlds: st.SearchStrategy[Snapshot] = st.one_of(snapshots(), snapshots().map(open_for_work))
"""Hostile ones, and ones in which much starts."""
