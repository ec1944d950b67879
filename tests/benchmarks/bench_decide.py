"""Measures the pure decision: 20 projects with nothing to do, full of sessions, and full of work. Asserts nothing.

Run it by hand: `.venv/bin/python -m tests.benchmarks.bench_decide`. Ratios are to copying the same snapshot's records
once, so that machines can be compared.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from time import perf_counter_ns
from typing import Any

from console.records.policy import Policy
from console.records.task import Task
from console.scheduler.decide import decide
from console.scheduler.snapshot import ProjectView, Snapshot
from tests.play import NOW, SECOND, agent, present, review, seat, session, task, view, waiting

PROJECTS = 20
PAGE = 100
TEAM = tuple(agent(f"dev{n}", capabilities=("python",)) for n in range(8)) + (agent("rev", "reviewer"),)


def idle(name: str) -> ProjectView:
    """Nothing to do."""
    return view(name, agents=TEAM)


def watching(name: str) -> ProjectView:
    """Two sessions at work, and a page of ready tasks that find no slot."""
    now = [present(session(f"{name}{n}", n, agent=f"dev{n}"), last_word_at=NOW + SECOND) for n in (1, 2)]
    return view(name, agents=TEAM, present=tuple(now), ready=page(), policy=Policy(max_project_agents=2))


def busy(name: str) -> ProjectView:
    """A page of ready tasks of many kinds, a review that is due, and an agent for each."""
    team = tuple(replace(one, id=f"{name}-{one.id}") for one in TEAM)
    due = waiting(review(), seat(reviewer=f"{name}-rev"))
    return view(name, agents=team, ready=page(), rounds=(due,))


def page() -> tuple[Task, ...]:
    """Ready tasks, some for one role or capability."""
    kinds: list[dict[str, Any]] = [{}, {"needs": ("python",)}, {"role": "developer"}, {"priority": 0}]
    return tuple(task(n, **kinds[n % len(kinds)]) for n in range(10, 10 + PAGE))


def best(work: Callable[[], object], times: int = 200) -> float:
    """Microseconds of the best of several runs: what the work costs when nothing else is in the way."""
    found = []
    for _ in range(times):
        began = perf_counter_ns()
        work()
        found.append(perf_counter_ns() - began)
    return min(found) / 1000


def copied(world: Snapshot) -> object:
    """Each record of the snapshot copied once: a yardstick that grows with it."""
    return [[copy(t) for t in (*v.ready, *v.present, *v.rounds, *v.agents)] for v in world.projects]


def main() -> None:
    """Print one line for each kind of world."""
    gc.disable()
    wide = Policy(max_global_agents=200)
    for name, kind, policy in (("idle", idle, Policy()), ("watching", watching, wide), ("busy", busy, wide)):
        world = Snapshot(projects=tuple(kind(f"p{n:02}") for n in range(PROJECTS)), watching_since=NOW)
        actions = len(decide(world, policy, NOW + SECOND))
        cost, yard = best(lambda w=world, p=policy: decide(w, p, NOW + SECOND)), best(lambda w=world: copied(w))  # type: ignore[misc]
        sys.stdout.write(
            f"{name:9} {PROJECTS} projects {actions:4} actions {cost:9.1f} us   {cost / yard:6.2f}x a copy\n"
        )


if __name__ == "__main__":
    main()
