"""Promises of console/scheduler/policies: storage and the pure keys agree on every order, and each order keeps its word."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.blackboard.connection import Database, create_project, open_project
from console.blackboard.reads.tasks import READY_ORDERS, get_task, ready_tasks, workload
from console.records.policy import MOST_WAITING, Policy
from console.records.task import Task
from console.records.workload import Workload
from console.scheduler.actions import StartTask
from console.scheduler.policies import AUTO, ORDERS, in_order, order_in_force
from console.scheduler.policies.auto import choose, why_chosen
from console.scheduler.policies.dynamic import turn
from console.scheduler.snapshot import ProjectView
from tests.play import NOW, SECOND, Play, task, view

HOUR = 3600 * SECOND
WEIGHTS = st.integers(0, 20_000)
POLICIES = st.builds(Policy, ageing=WEIGHTS, deadline_lead=WEIGHTS, waiting_bonus=WEIGHTS)
MOMENTS = st.one_of(st.integers(NOW - 3 * HOUR, NOW + 3 * HOUR), st.integers(0, 253_402_300_799_000))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["pending"] * 6 + ["held", "done", "review"]),
            "priority": st.integers(0, 4),
            "deadline": st.one_of(st.none(), MOMENTS),
            "not_before": st.one_of(st.none(), MOMENTS),
            "retry_at": st.one_of(st.none(), st.none(), MOMENTS),
            "created_at": st.integers(NOW - 3 * HOUR, NOW),
            "kind": st.sampled_from(["work"] * 9 + ["report"]),
        }
    ),
    max_size=14,
)
EDGES = st.lists(st.tuples(st.integers(1, 14), st.integers(1, 14)), max_size=20)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One real blackboard, whose rows each example takes back."""
    folder = tmp_path_factory.mktemp("p")
    create_project(folder, "p", NOW)
    opened = open_project(folder)
    yield opened
    opened.close()


@contextmanager
def filled(db: Database, rows: list[dict[str, Any]], edges: Sequence[tuple[int, int]] = ()) -> Iterator[None]:
    """These tasks, with ids from 1, and the edges that fit; nothing of it stays."""
    db.execute("BEGIN")
    try:
        for number, row in enumerate(rows, 1):
            fields = {"id": number, "title": "t", "updated_at": NOW, "created_at": NOW, **row}
            fields |= {"held_from": "pending"} if fields["status"] == "held" else {}
            marks = ", ".join(f":{name}" for name in fields)
            db.execute(f"INSERT INTO tasks ({', '.join(fields)}) VALUES ({marks})", fields)
        for one, other in {(max(edge), min(edge)) for edge in edges}:
            if one != other and one <= len(rows):
                db.execute("INSERT INTO dependencies (task, needs, at) VALUES (?, ?, 1)", (one, other))
        yield
    finally:
        db.execute("ROLLBACK")


def ready(*tasks: Task, **more: Any) -> ProjectView:
    return view(ready=tasks, **more)


def start(number: int) -> StartTask:
    return StartTask(project="p", task_id=number, agent="dev")


def open_tasks(db: Database) -> list[Task]:
    rows = db.execute("SELECT * FROM tasks WHERE status IN ('pending', 'working', 'review', 'held')").fetchall()
    return [Task.from_row(row) for row in rows]


def test_storage_pages_by_every_policy() -> None:
    assert set(READY_ORDERS) == set(ORDERS)


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_a_page_holds_the_tasks_that_come_first_in_the_order_of_the_pure_key(db: Database, order: str) -> None:
    @given(ROWS, EDGES, POLICIES, st.integers(NOW - 2 * HOUR, NOW + 2 * HOUR), st.integers(1, 15), st.randoms())
    def holds(
        rows: list[dict[str, Any]],
        edges: list[tuple[int, int]],
        policy: Policy,
        now: int,
        cut: int,
        luck: random.Random,
    ) -> None:
        with filled(db, rows, edges):
            everything = list(ready_tasks(db, order=order, now=now, policy=policy))
            page = list(ready_tasks(db, order=order, now=now, policy=policy, limit=cut))
            found = {t.id for t in open_tasks(db) if t.status == "pending" and not t.blocked_by and t.kind == "work"}
            found &= {n for n in found if max(get_task(db, n).not_before or 0, get_task(db, n).retry_at or 0) <= now}
        shuffled = luck.sample(everything, len(everything))
        assert in_order(shuffled, order, policy) == everything
        assert page == everything[:cut]
        assert {t.id for t in everything} == found

    holds()


def test_what_waits_for_a_task_is_counted_where_the_order_asks_for_it(db: Database) -> None:
    rows: list[dict[str, Any]] = [{"status": s} for s in ("pending", "pending", "held", "cancelled", "pending")]
    with filled(db, rows, [(1, 2), (1, 3), (1, 4)]):
        found = {t.id: t.unblocks for t in ready_tasks(db, order="dynamic", now=NOW)}
    assert found == {1: 2, 5: 0}


def test_the_workload_is_what_is_there(db: Database) -> None:
    @given(ROWS, EDGES)
    def holds(rows: list[dict[str, Any]], edges: list[tuple[int, int]]) -> None:
        with filled(db, rows, edges):
            found, tasks = workload(db), open_tasks(db)
        assert found == Workload(
            nodes=len(tasks),
            edges=sum(t.blocked_by for t in tasks),
            dated=sum(t.deadline is not None for t in tasks),
            urgent=sum(t.priority <= 1 for t in tasks),
        )

    holds()


# --- deadline


def test_deadline_takes_what_must_be_ready_first_and_what_has_no_deadline_last() -> None:
    policy = Policy(order="deadline")
    tasks = (task(1, priority=0), task(2, deadline=NOW + HOUR), task(3, deadline=NOW + 5, priority=4), task(4))
    assert [t.id for t in in_order(tasks, "deadline", policy)] == [3, 2, 1, 4]
    Play(ready(*tasks, policy=policy)).then(start(3))


def test_of_one_deadline_the_more_urgent_comes_first_then_the_older() -> None:
    tasks = (task(1, deadline=NOW), task(2, deadline=NOW, priority=1), task(3, deadline=NOW, priority=1))
    assert [t.id for t in in_order(tasks, "deadline")] == [2, 3, 1]


def test_a_deadline_of_the_epoch_is_a_deadline() -> None:
    assert [t.id for t in in_order((task(1), task(2, deadline=0)), "deadline")] == [2, 1]


# --- dynamic


DYNAMIC = Policy(order="dynamic")
"""An hour of waiting a step, four hours before a deadline, a quarter of an hour for each that waits."""


def test_dynamic_goes_by_priority_where_all_came_together() -> None:
    Play(ready(task(1), task(2, priority=1), task(3, priority=0), policy=DYNAMIC)).then(start(3))


def test_waiting_makes_up_for_priority_at_the_set_pace() -> None:
    old, new = task(1, priority=3, created_at=NOW - HOUR - 1), task(2, priority=2)
    Play(ready(new, old, policy=DYNAMIC)).then(start(1))
    Play(ready(new, task(1, priority=3, created_at=NOW - HOUR + 1), policy=DYNAMIC)).then(start(2))
    patient = Policy(order="dynamic", ageing=7200)
    Play(ready(new, old, policy=patient)).then(start(2))


def test_a_deadline_that_comes_near_goes_before_what_is_urgent() -> None:
    urgent = task(1, priority=0)
    near, far = task(2, priority=4, deadline=NOW + HOUR), task(2, priority=4, deadline=NOW + 9 * HOUR)
    Play(ready(urgent, near, policy=DYNAMIC)).then(start(2))
    Play(ready(urgent, far, policy=DYNAMIC)).then(start(1))


def test_a_deadline_never_puts_a_task_back() -> None:
    far = turn(task(1, priority=1, deadline=NOW + 99 * HOUR), DYNAMIC)
    assert (far.at, far.pressed) == (NOW + HOUR, False)


def test_each_task_that_waits_brings_one_forward_up_to_ten() -> None:
    first = task(1, unblocks=0)
    Play(ready(first, task(2, unblocks=1), policy=DYNAMIC)).then(start(2))
    assert turn(task(3, unblocks=99), DYNAMIC) == turn(task(3, unblocks=MOST_WAITING), DYNAMIC)


def test_a_date_begins_the_wait() -> None:
    dated = task(1, created_at=NOW - 99 * HOUR, not_before=NOW)
    Play(ready(dated, task(2, created_at=NOW - 1), policy=DYNAMIC)).then(start(2))


@given(
    POLICIES,
    st.builds(
        task, st.just(1), priority=st.integers(0, 4), created_at=MOMENTS, deadline=st.one_of(st.none(), MOMENTS),
        unblocks=st.integers(0, 99),
    ),
    st.builds(
        task, st.just(2), priority=st.integers(0, 4), deadline=st.one_of(st.none(), MOMENTS), unblocks=st.integers(0, 99)
    ),
    st.integers(1, 10**9),
)  # fmt: skip
def test_nothing_starves(policy: Policy, old: Task, young: Task, later: int) -> None:
    patience = 4 * policy.ageing + policy.deadline_lead + MOST_WAITING * policy.waiting_bonus
    comes = Task(
        id=2,
        title="young",
        priority=young.priority,
        deadline=young.deadline,
        unblocks=young.unblocks,
        created_at=old.created_at + patience * SECOND + later,
    )
    assert in_order((comes, old), "dynamic", policy)[0] is old


# --- auto


@pytest.mark.parametrize(
    ("load", "order", "words"),
    [
        (Workload(nodes=4, edges=3, dated=1, urgent=1), "dynamic", "3 dependencies among 4 open tasks"),
        (Workload(nodes=4, edges=2, dated=1, urgent=1), "deadline", "1 of 4 open tasks have a deadline"),
        (Workload(nodes=4, edges=2, urgent=1), "priority", "1 of 4 open tasks are urgent"),
        (Workload(nodes=4, edges=2), "fifo", "none of 4 open tasks has a deadline or is urgent"),
        (Workload(), "fifo", "none of 0"),
    ],
)
def test_auto_chooses_by_the_rule_and_says_why(load: Workload, order: str, words: str) -> None:
    assert choose(load) == order
    assert words in why_chosen(load)


def test_auto_takes_tasks_as_the_order_that_it_chose() -> None:
    tasks = (task(1, priority=3), task(2, priority=0, deadline=NOW + HOUR))
    policy = Policy(order=AUTO)
    play = Play(ready(*tasks, policy=policy, workload=Workload(nodes=2, dated=1))).then(start(2))
    play.project(workload=Workload(nodes=2)).then(start(1))
    assert order_in_force(policy, None) == "fifo"
    assert view(policy=Policy(order="dynamic"), workload=Workload(nodes=2)).order == "dynamic"
