"""Owns the simulated month: a real home, real blackboards, the real engine, and a clock that jumps from event to event.

Only the agents' processes are played (`actors`). The operator looks in twice a day, decides some of what waits, and leaves
the rest. Nothing here judges: what must hold is in the test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.blackboard.connection import Database, open_project
from console.blackboard.reads.needs import needs
from console.blackboard.reads.schedules import enabled_schedules
from console.blackboard.reads.tasks import list_tasks
from console.blackboard.writes.schedules import NewSchedule, add_schedule, enable_schedule
from console.blackboard.writes.tasks import NewTask, cancel_task, create_task, release_task, retry_task
from console.blackboard.writes.verdicts import operator_verdict
from console.engine.in_charge import HEADLESS, take
from console.engine.life import SchedulerLife
from console.engine.wakes import Wakes
from console.errors import Conflict
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from console.records.actor import OPERATOR, Actor, Origin
from console.records.need import Need, NeedKind
from console.records.review import Verdict
from console.records.schedule import ScheduleKind, Template
from console.records.task import TaskKind
from tests.fakes.clock import VirtualClock
from tests.simulation.actors import Cast

__all__ = ("DAY_TOKENS", "PROJECTS", "SLOTS", "Month")

START = 1_790_000_000_000
HOUR, DAY = 3_600_000, 86_400_000
PROJECTS = ("quant", "data")
HOT = 400
"""Ticks without the clock moving, after which it is a loop that never rests."""
TEAM: dict[str, dict[str, Any]] = {
    "zhuge-lead": {"role": "lead"},
    "zhang-dev": {"role": "developer", "capabilities": ["python"]},
    "guan-dev": {"role": "developer", "capabilities": ["python", "writing"]},
    "zhao-data": {"role": "analyst", "capabilities": ["data"], "max_parallel": 2},
    "huang-review": {"role": "reviewer"},
    "sima-review": {"role": "reviewer"},
}
SLOTS = 4
DAY_TOKENS, TASK_TOKENS = 300_000, 150_000
GUARDRAILS = {
    "default": "allow",
    "rules": [
        {"name": "adapters-wait", "effect": "hold", "reason": "ask first", "match": {"tags": ["adapter"]}},
        {
            "name": "reports-are-planned",
            "effect": "require_review",
            "protocol": "plan_review",
            "match": {"tags": ["report"]},
        },
    ],
    "budgets": {"task": {"tokens": TASK_TOKENS}, "project_day": {"tokens": DAY_TOKENS}},
}
BOSS = Actor(name=OPERATOR, origin=Origin.CLI)


class Month:
    """A home on which time passes."""

    def __init__(self, folder: Path, seed: int, *, tasks: int, days: int) -> None:
        self.luck = random.Random(seed)
        self.clock = VirtualClock(START)
        self.ticks = self.lives = 0
        self.hottest = 0
        self._end = START + days * DAY
        self._arrivals = sorted((START + self.luck.randrange(days * DAY * 4 // 5) for _ in range(tasks)), reverse=True)
        self._boards: dict[str, Database] = {}
        self.home = prepare_home(Home(folder), self.clock)
        agents = {name: {"backend": "command", "command": ["true"], **fields} for name, fields in TEAM.items()}
        settings = {
            "daemon": {"max_global_agents": SLOTS, "policy": "auto"},
            "agents": agents,
            "review": {"escalate_to": "@lead"},
        }
        (self.home.config / "default.yaml").write_text(json.dumps(settings), "utf-8")
        (self.home.config / "guardrails.yaml").write_text(json.dumps(GUARDRAILS), "utf-8")
        for project in PROJECTS:
            make_project(self.home, NewProject(id=project, agents=tuple(TEAM)), self.clock)
            self._schedules(project)
        self.cast = Cast(self.clock, seed, self.board)

    def board(self, project: str) -> Database:
        """A connection of the world's own."""
        if project not in self._boards:
            self._boards[project] = open_project(self.home.project_folder(project))
        return self._boards[project]

    def _schedules(self, project: str) -> None:
        """Work that comes every day, and a report of it."""
        now = self.clock.now()
        for name, hours, template in (
            ("count", 8, Template(title="Count the stock {date}", reviews=("output_review",), tags=("csv",))),
            ("report", 18, Template(title="Report {date}", report=True)),
        ):
            new = NewSchedule(
                name=name, kind=ScheduleKind.INTERVAL, every=DAY // 1000, template=template, next_at=now + hours * HOUR
            )
            add_schedule(self.board(project), new, by=BOSS, now=now)

    def close(self) -> None:
        """Let go of the blackboards."""
        for db in self._boards.values():
            db.close()

    def pass_by(self) -> None:
        """The whole month, with a scheduler that is replaced every few days; then until nothing moves any more."""
        while self.clock.now() < self._end:
            asyncio.run(self._one_life(min(self._end, self.clock.now() + round(DAY * self.luck.uniform(1, 6)))))
        self._ends()

    def _ends(self) -> None:
        """Nothing new comes any more; whole days go by, each with budgets of its own, until one of them changes nothing."""
        for project in PROJECTS:
            for schedule in enabled_schedules(self.board(project)):
                enable_schedule(self.board(project), schedule.id, next_at=None, by=BOSS, now=self.clock.now())
        asyncio.run(self._one_life(None))
        before: object = None
        while before != (before := self._standing()):
            self.clock.move_to((self.clock.now() // DAY + 1) * DAY)
            asyncio.run(self._one_life(None))

    def _standing(self) -> list[tuple[int, str]]:
        return [(t.id, str(t.status)) for project in PROJECTS for t in list_tasks(self.board(project), limit=100_000)]

    async def _one_life(self, until: int | None) -> None:
        """One scheduler until `until`, or until nothing can move by itself; it leaves its agents at work."""
        held = take(self.home, mode=HEADLESS, clock=self.clock)
        assert held is not None
        self.lives += 1
        wakes = Wakes(rest=0)
        life = await SchedulerLife.begin(self.home, held, wakes, self.clock, {}, local=self.cast.hired)
        try:
            await self._live(life, wakes, until)
        finally:
            await life.end()
            held.release()

    async def _live(self, life: SchedulerLife, wakes: Wakes, until: int | None) -> None:
        while until is None or self.clock.now() < until:
            await self._settle(life, wakes)
            coming = [self.cast.next_at, self.clock.now() + max(1, round(1000 * life.pause_until()))]
            if until is not None:
                coming += [until, self._arrivals[-1] if self._arrivals else None, self._next_look()]
            elif not self.cast.busy:
                if await life.is_idle():
                    return
                if life._hands.chores is not None and life._hands.chores.busy:
                    await asyncio.sleep(0.001)  # its threads live in real time: no hour passes while they work
                    continue
            self.clock.move_to(max(self.clock.now() + 1, min(at for at in coming if at is not None)))
            self._world_moves(until is not None)

    async def _settle(self, life: SchedulerLife, wakes: Wakes) -> None:
        """Tick until nothing more follows at this instant."""
        for n in range(HOT):
            self.ticks += 1
            self.hottest = max(self.hottest, n)
            life._hands.world.look_at_all()  # at once, instead of by the file system's word
            await life.tick(frozenset({"month"}))
            if life._under_way:
                await asyncio.wait(life._under_way)
            if not await wakes.wait(0) and not self.cast.act():
                return
        raise AssertionError(f"the scheduler does not come to rest at {self.clock.now()}: {life._last}")

    def _world_moves(self, operator: bool) -> None:
        self.cast.act()
        while self._arrivals and self._arrivals[-1] <= self.clock.now():
            self._arrivals.pop()
            self._arrives()
        if operator and self.clock.now() % (DAY // 2) < 1:
            self._operator_looks_in()

    def _next_look(self) -> int:
        half = DAY // 2
        return (self.clock.now() // half + 1) * half

    def _arrives(self) -> None:
        """A new task of some kind."""
        luck, project = self.luck, self.luck.choice(PROJECTS)
        db = self.board(project)
        known = [row[0] for row in db.execute("SELECT id FROM tasks ORDER BY id DESC LIMIT 12")]
        now = self.clock.now()
        kinds = [(), ("output_review",), ("output_review",), ("analysis_review",), ("plan_review", "output_review")]
        if luck.random() < 0.05:
            plan = NewTask(
                title="Plan it", kind=TaskKind.PLAN, expect=("outputs/plan.yaml",), reviews=("output_review",)
            )
            create_task(db, plan, by=BOSS, now=now)
            return
        new = NewTask(
            title=luck.choice(["回测因子", "Load the bars", "Mend the adapter", "写周报", "Clean the data"]),
            body="做这件事 and say how",
            role=luck.choice([None, None, "developer", "analyst"]),
            needs=luck.choice([(), (), ("python",), ("data",)]),
            priority=luck.randrange(5),
            tags=tuple(luck.sample(["csv", "backtest", "adapter", "report"], luck.randrange(3))),
            reviews=luck.choice(kinds),
            after=tuple(luck.sample(known, min(len(known), luck.choice([0, 0, 0, 1, 2])))),
            deadline=luck.choice([None, None, now + luck.randrange(DAY, 9 * DAY)]),
            not_before=luck.choice([None, None, None, now + luck.randrange(2 * DAY)]),
        )
        create_task(db, new, by=BOSS, now=now)

    def _operator_looks_in(self) -> None:
        """Decides most of what waits; some of it stays for ever."""
        for project in PROJECTS:
            for need in needs(self.board(project), project):
                if self.luck.random() < 0.7:
                    with contextlib.suppress(Conflict):  # it moved on meanwhile
                        self._decides(project, need)

    def _decides(self, project: str, need: Need) -> None:
        db, now, luck = self.board(project), self.clock.now(), self.luck
        does: dict[NeedKind, Callable[[], object]] = {
            NeedKind.HELD: lambda: release_task(db, need.task_id or 0, by=BOSS, now=now),
            NeedKind.FAILED: lambda: luck.choice([retry_task, cancel_task])(db, need.task_id or 0, by=BOSS, now=now),
            NeedKind.BLOCKED: lambda: retry_task(db, need.task_id or 0, by=BOSS, now=now),
        }
        if need.kind == NeedKind.REVIEW and need.review_id is not None:
            (verdict,) = luck.choices([Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT], [6, 3, 1])
            operator_verdict(db, need.review_id, verdict=verdict, comment="as I say", by=BOSS, now=now)
        elif need.kind in does:
            does[need.kind]()
