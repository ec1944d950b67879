"""Promises of console/scheduler/invariants.py and decide.py: whatever the world looks like, these hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from console.records.ending import Life
from console.records.policy import Policy
from console.records.session import SessionStatus
from console.scheduler.actions import (
    Action,
    EndAlert,
    EndSession,
    Leave,
    PrepareRound,
    RaiseAlert,
    StartSeat,
    StartTask,
    StopSession,
)
from console.scheduler.decide import decide
from console.scheduler.explain import explain
from console.scheduler.invariants import violations
from console.scheduler.snapshot import Snapshot
from console.scheduler.why import Why
from tests.play import DOWN, NOW, Play, agent, present, review, seat, task, view, waiting
from tests.unit.scheduler.worlds import policies, worlds


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds, policies)
def test_in_no_world_a_promise_is_broken(world: Snapshot, policy: Policy) -> None:
    """One test for all of them: what takes time is to think up a world."""
    actions = decide(world, policy, NOW)
    assert violations(world, policy, actions, NOW) == []
    assert actions == decide(replace(world), policy, NOW), "the same world gets the same answer"
    assert [a for a, n in Counter(actions).items() if n > 1] == [], "each thing is said once"
    alerts_are_raised_when_closed_and_ended_when_open(world, actions)
    explain_agrees(world, policy, actions)


def alerts_are_raised_when_closed_and_ended_when_open(world: Snapshot, actions: Sequence[Action]) -> None:
    open_ = {("", cause) for cause in world.home_causes}
    open_ |= {(v.id, cause) for v in world.projects for cause in v.open_causes}
    for action in actions:
        if isinstance(action, RaiseAlert):
            assert (action.project, action.cause) not in open_
        if isinstance(action, EndAlert):
            assert (action.project, action.cause) in open_


def explain_agrees(world: Snapshot, policy: Policy, actions: Sequence[Action]) -> None:
    starts = {(a.project, a.task_id) for a in actions if isinstance(a, StartTask)}
    for one in world.projects:
        for each in one.ready:
            found = explain(one, world, each, [], NOW, policy=policy)
            assert found.sentence.startswith(f"task #{each.id}")
            assert ((one.id, each.id) in starts) == (found.why == Why.NEXT)


# --- each invariant can fail


BUSY = Play(
    view(
        ready=(
            task(1),
            task(2, assignee="rev"),
            task(3, retry_at=NOW + 1),
            task(4, needs=("gpu",)),
            task(5, blocked_by=1),
        ),
        agents=(
            agent("dev"),
            agent("rev", "reviewer"),
            agent("far", backend="gateway"),
            agent("out", backend="external"),
        ),
        rounds=(waiting(review(), seat()),),
        present=(present(task_id=9),),
    ),
    links=DOWN,
)


def start(number: int, who: str = "rev") -> StartTask:
    return StartTask(project="p", task_id=number, agent=who)


def sit(number: int, who: str) -> StartSeat:
    return StartSeat(project="p", seat_id=number, task_id=1, agent=who)


END = EndSession(project="p", session="s1", status=SessionStatus.LOST, counted=True, failure=None, retry_at=None)


@pytest.mark.parametrize(
    ("actions", "broken"),
    [
        ([start(1, "dev")], "would have 2 sessions with a limit of 1"),
        ([start(1), start(2), start(1), start(2), start(1)], "5 starts with 5 slots"),
        ([start(1), start(1)], "is started more than once"),
        ([start(9)], "is started beside a session"),
        ([start(2, "dev")], "for somebody else"),
        ([start(3)], "not due"),
        ([start(4)], "lacks"),
        ([start(5)], "not ready"),
        ([start(77)], "not ready"),
        ([start(1, "far")], "cannot be started"),
        ([start(1, "out")], "cannot be started"),
        ([sit(1, "dev")], "lets the author review"),
        ([sit(1, "dev")], "not this agent's"),
        ([PrepareRound(project="p", review_id=1, round=1, reviewers=("dev",))], "lets the author review"),
        ([END], "may be alive"),
        ([END, END], "ended twice"),
        ([replace(END, exhausted=True, retry_at=NOW)], "exhausted and yet tried again"),
        ([Leave()], "something left"),
        ([Leave(), start(1)], "before it has done the rest"),
    ],
)
def test_a_broken_promise_is_named(actions: list[Action], broken: str) -> None:
    assert any(broken in line for line in violations(BUSY.snapshot, BUSY.policy, actions, NOW))


@pytest.mark.parametrize("home", [{"paused": True}, {"estopped": True}, {"draining": True}, {"enough_disk": False}])
def test_a_start_in_a_closed_home_is_named(home: dict[str, Any]) -> None:
    closed = replace(BUSY.snapshot, **home)
    assert any("closed" in line for line in violations(closed, BUSY.policy, [start(1)], NOW))


def test_stopping_the_dead_is_named() -> None:
    dead = Play(view(present=(present(life=Life.DEAD),)))
    stop = StopSession(project="p", session="s1", reason="cancel")  # type: ignore[arg-type]
    assert any("stops what is dead" in line for line in violations(dead.snapshot, dead.policy, [END, stop], NOW))
