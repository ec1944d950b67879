"""Measures a whole tick of a real scheduler: 20 projects of 10,000 tasks, with nothing to do and with work everywhere.

Run it by hand: `.venv/bin/python -m tests.benchmarks.bench_tick [PROJECTS [TASKS [POLICY]]]`. Asserts nothing. What it decides
is not performed, so no agent is spawned; the claims that would follow are measured by themselves.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import uuid
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

from console.blackboard.connection import open_home, open_project, write
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.home import clear_flag, set_flag
from console.blackboard.writes.tasks import NewTask, create_task
from console.engine.host import SWITCH
from console.engine.in_charge import take_or_conflict
from console.engine.life import SchedulerLife
from console.engine.wakes import Wakes
from console.records.actor import SCHEDULER
from console.scheduler.actions import StartTask
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome

TICKS = 100
NOTHING_GOAL, WORK_GOAL = 2.0, 10.0
"""Milliseconds."""


def fill(team: TeamHome, project: str, tasks: int) -> None:
    """90 % done, 9 % blocked, 1 % ready, as in facts/PERFORMANCE.md §5."""
    db = team.db(project)
    now = CLOCK.now()
    with write(db):
        for n in range(1, tasks + 1):
            status = "done" if n % 100 < 90 else "pending"
            db.execute(
                "INSERT INTO tasks (title, status, created_at, updated_at) VALUES (?, ?, ?, ?)",
                (f"t{n}", status, now, now),
            )
        ready = [row[0] for row in db.execute("SELECT id FROM tasks WHERE status = 'pending' AND id % 100 = 99")]
        for row in db.execute("SELECT id FROM tasks WHERE status = 'pending' AND id % 100 <> 99").fetchall():
            db.execute("INSERT INTO dependencies (task, needs, at) VALUES (?, ?, 1)", (row[0], ready[row[0] // 100]))


async def timed(what: str, tick: Callable[[], Awaitable[None]], before: Callable[[], None], goal: float) -> None:
    """Print how long `tick` takes."""
    found, spent = [], 0.0
    for _ in range(TICKS):
        before()
        await asyncio.sleep(0.002)
        cpu, began = process_time(), perf_counter()
        await tick()
        found.append((perf_counter() - began) * 1000)
        spent += process_time() - cpu
    p95 = quantiles(found, n=20)[-1]
    sys.stdout.write(f"{what:58} median {median(found):6.2f} ms  p95 {p95:6.2f}  best {min(found):6.2f}"
        f"  CPU {spent / TICKS * 1000:5.2f}"
          f"  goal {goal:g}\n")  # fmt: skip


async def measure(team: TeamHome, projects: list[str]) -> None:
    """All rows."""
    wakes, decided = Wakes(), []

    def refuse(action: object) -> bool:
        decided.append(action)
        return False

    held = take_or_conflict(team.home, mode="benchmark")
    life = await SchedulerLife.begin(team.home, held, wakes, CLOCK, os.environ, only=refuse)
    causes = frozenset({"clock"})
    await life.tick(causes)

    def paused(flag: bool) -> None:
        with closing(open_home(team.home.state_db)) as db:
            if flag:
                set_flag(db, "pause", by=BOSS, now=CLOCK.now())
            else:
                clear_flag(db, "pause")

    def commit() -> None:
        for project in projects:
            create_task(team.db(project), NewTask(title="one more"), by=BOSS, now=CLOCK.now())
        life._hands.world.look_at_all()  # as the watch would say a moment later
        decided.clear()

    paused(True)
    await life.tick(causes)
    what = f"{len(projects)} projects"
    await timed(f"{what}, nothing to do", lambda: life.tick(causes), lambda: None, NOTHING_GOAL)
    await timed(
        f"{what}, one of them changed", lambda: life.tick(causes), lambda: _one(team, projects[0]), NOTHING_GOAL
    )
    paused(False)
    await timed(f"{what}, all changed, work in each", lambda: life.tick(causes), commit, WORK_GOAL)
    starts = [action for action in decided if isinstance(action, StartTask)]
    sys.stdout.write(f"  decided in the last tick: {len(starts)} starts\n")
    await life.end()
    held.release()


def _one(team: TeamHome, project: str) -> None:
    create_task(team.db(project), NewTask(title="one more"), by=BOSS, now=CLOCK.now())


def claims(team: TeamHome, project: str) -> None:
    """What a claim costs, durable."""
    db = open_project(team.home.project_folder(project))
    ready = [row[0] for row in db.execute("SELECT id FROM tasks WHERE status = 'pending' AND blocked_by = 0 LIMIT 50")]
    found = []
    for task in ready:
        start = Start(session=str(uuid.uuid4()), agent="dev0", backend="command")
        began = perf_counter()
        claim_task(db, task, start, by=SCHEDULER, now=CLOCK.now())
        found.append((perf_counter() - began) * 1000)
    sys.stdout.write(f"one claim, FULL: median {median(found):.2f} ms\n")
    db.close()


def main() -> None:
    """Build, then measure."""
    sys.setswitchinterval(SWITCH)
    usual = ("20", "10000", "priority")
    given = tuple(sys.argv[1:4])
    count, tasks, policy = (*given, *usual[len(given) :])
    measured = {"daemon": {"policy": policy}}
    projects = [f"p{n:03}" for n in range(int(count))]
    with tempfile.TemporaryDirectory() as folder:
        agents = {f"dev{n}": SUBMITS for n in range(8)}
        team = TeamHome(Path(folder) / "home", agents, projects=tuple(projects), settings=measured)
        for project in projects:
            fill(team, project, int(tasks))
        asyncio.run(measure(team, projects))
        claims(team, projects[0])
        team.close()


if __name__ == "__main__":
    main()
