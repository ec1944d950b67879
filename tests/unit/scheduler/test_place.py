"""Promises of console/scheduler/place.py: a person reads where a ready task stands, what comes first, and why."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from console.records.policy import Policy
from console.records.task import Task
from console.records.workload import Workload
from console.scheduler.place import Place, place
from console.scheduler.policies.dynamic import turn
from tests.play import NOW, SECOND, task, view

HOUR = 3600 * SECOND


def found(one: Task, *queue: Task, policy: Policy, workload: Workload | None = None, now: int = NOW) -> Place:
    where = place(one, view(policy=policy, workload=workload), queue, now)
    assert where is not None
    return where


def test_a_task_that_is_not_ready_has_no_place() -> None:
    assert place(task(1), view(), (task(2),), NOW) is None


def test_the_only_one_and_the_first() -> None:
    assert found(task(1), task(1), policy=Policy()).sentence.startswith(
        "the only one in turn; policy priority: it is P2"
    )
    assert found(task(1), task(2), task(1), policy=Policy()).sentence.startswith("first of 2 in turn; ")


def test_those_before_it_are_named_with_what_puts_them_there() -> None:
    policy = Policy(order="deadline")
    queue = (task(12, deadline=NOW + 2 * HOUR), task(9, deadline=NOW - 3 * HOUR), task(3, priority=0), task(4))
    where = found(task(4), *queue, policy=policy)
    assert (where.position, where.of, where.order) == (4, 4, "deadline")
    assert where.ahead == ((9, "deadline 3 h ago"), (12, "deadline in 2 h"), (3, "no deadline, P0"))
    assert where.sentence == (
        "number 4 of 4 in turn: #9 (deadline 3 h ago), #12 (deadline in 2 h) and #3 (no deadline, P0) come first;"
        " policy deadline: it has no deadline, so all that have one come before it"
    )
    own = found(task(12), *queue, policy=policy).sentence
    assert own == "number 2 of 4 in turn: #9 (deadline 3 h ago) comes first; policy deadline: its deadline is in 2 h"


def test_of_many_the_first_three_are_named() -> None:
    where = found(task(9), *(task(n) for n in range(1, 10)), policy=Policy(order="fifo"))
    assert where.sentence.startswith(
        "number 9 of 9 in turn: #1 (older), #2 (older), #3 (older) and 5 more come first; "
    )


def test_dynamic_shows_the_sum_that_makes_its_score() -> None:
    policy = Policy(order="dynamic")
    waited = task(1, created_at=NOW - 9600 * SECOND, unblocks=3)
    assert found(waited, waited, policy=policy).sentence == (
        "the only one in turn; policy dynamic: score 5100 = 9600 s of waiting - 2 x 3600 (P2) + 3 x 900 (3 wait for it)"
    )
    pressed = task(1, deadline=NOW + HOUR)
    assert "score 10800 = 14400 - 3600 s to its deadline" in found(pressed, pressed, policy=policy).sentence
    late = task(1, created_at=NOW - HOUR, deadline=NOW - 60 * SECOND)
    assert "score 14460 = 14400 + 60 s past its deadline" in found(late, late, policy=policy).sentence


@given(
    st.integers(0, 4),
    st.integers(NOW - 99 * HOUR, NOW),
    st.one_of(st.none(), st.integers(NOW - 9 * HOUR, NOW + 99 * HOUR)),
    st.integers(0, 20),
)
def test_the_sum_adds_up(priority: int, created_at: int, deadline: int | None, unblocks: int) -> None:
    one = task(1, priority=priority, created_at=created_at, deadline=deadline, unblocks=unblocks)
    policy = Policy(order="dynamic")
    sentence = found(one, one, policy=policy).sentence
    score, terms = re.search(r"score (-?\d+) = (.*)", sentence).groups()  # type: ignore[union-attr]
    added = eval(re.sub(r"\([^)]*\)|s of waiting|s to its deadline|s past its deadline", "", terms).replace("x", "*"))
    assert int(score) == added == (NOW - turn(one, policy).at) // SECOND


def test_auto_says_what_it_chose_and_why() -> None:
    sentence = found(task(1), task(1), policy=Policy(order="auto"), workload=Workload(nodes=12, dated=3)).sentence
    assert "policy deadline (chosen by auto: 3 of 12 open tasks have a deadline): " in sentence
