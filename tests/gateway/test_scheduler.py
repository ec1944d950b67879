"""Promises of `moziplus run` with real gateways of both releases: tasks are done there, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.connection import Database, open_project
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.writes.stamps import the_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from console.records.actor import OPERATOR, Actor, Origin
from console.records.session import Session, SessionStatus
from tests.gateway.conftest import World
from tests.gateway.openclaw import TOKEN
from tests.gateway.sessions import CLOCK, happens
from tests.program import moziplus
from tests.repository import ROOT

BOSS = Actor(name=OPERATOR, origin=Origin.CLI)
DO_IT: list[dict[str, Any]] = [
    {"sh": "$BB claim && mkdir -p outputs && echo done > outputs/a.md && $BB output outputs/a.md --copy"},
    {"sh": "$BB submit --summary 'made a.md'"},
    {"say": "handed in"},
]


class Quant:
    """A home whose one project has two agents in a gateway, and the scheduler that runs it."""

    def __init__(self, folder: Path, world: World) -> None:
        self.home = folder / "home"
        made = prepare_home(Home(self.home))
        make_project(made, NewProject(id="quant", agents=("zhangfei-dev", "simayi-challenger", "scribe")))
        here = {"role": "scribe", "backend": "command", "command": ["sh", "-c", "blackboard submit --summary here"]}
        settings = {
            "gateway": {"url": world.gateway.url, "breaker_open_for": 1, "breaker_open_cap": 2},
            "retry": {"base": 1, "cap": 1},
            "agents": {"scribe": here},
        }
        (self.home / "config" / "default.yaml").write_text(json.dumps(settings))
        self.running: list[subprocess.Popen[bytes]] = []

    def task(self, script: list[dict[str, Any]], assignee: str = "zhangfei-dev", **fields: Any) -> int:
        """A task whose agent's model plays `script`."""
        new = NewTask(title="work", body=f"[[play {json.dumps(script)}]]", reviews=(), assignee=assignee, **fields)
        found: int = self.read(lambda db: create_task(db, new, by=BOSS, now=CLOCK.now())).id
        return found

    def read(self, what: Callable[[Database], Any]) -> Any:
        """Something from its blackboard."""
        db = open_project(self.home / "projects" / "quant")
        try:
            return what(db)
        finally:
            db.close()

    def status(self, task: int) -> str:
        """Of a task, now."""
        return str(self.read(lambda db: the_task(db, task)).status)

    def sessions(self, task: int) -> tuple[Session, ...]:
        """Of a task, the oldest first."""
        found: tuple[Session, ...] = self.read(lambda db: sessions_of(db, task))
        return found

    def in_charge(self) -> int | None:
        """The pid of the scheduler in charge."""
        found = moziplus("status", "--json", home=self.home).record["in_charge"]
        return None if found is None else int(found["pid"])

    def run(self, *arguments: str, token: str = TOKEN) -> subprocess.Popen[bytes]:
        """`moziplus run`, as a process of its own."""
        environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "MOZIPLUS_HOME": str(self.home),
            "OPENCLAW_GATEWAY_TOKEN": token,
        }
        with (self.home / "logs" / "run.out").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "console", "run", *arguments], env=environ, stdout=out, stderr=out
            )
        self.running.append(process)
        return process


@pytest.fixture
def quant(world: World, tmp_path: Path) -> Iterator[Quant]:
    """A home on one of the gateways."""
    made = Quant(tmp_path, world)
    yield made
    for process in made.running:
        process.kill()
        process.wait(10)


async def test_tasks_are_done_in_the_gateway_and_the_scheduler_ends_when_nothing_is_left(quant: Quant) -> None:
    first = quant.task(DO_IT)
    second = quant.task(DO_IT, "simayi-challenger")
    process = quant.run("--until-idle")
    await happens(lambda: process.poll() is not None)
    assert process.returncode == 0 and quant.status(first) == quant.status(second) == "done"
    for task in (first, second):
        (session,) = quant.sessions(task)
        assert session.backend == "gateway" and session.status == SessionStatus.SUCCEEDED and session.gone_at
        assert session.tokens == 3 * 132
        assert [output.path for output in quant.read(partial(outputs_of, task_id=task))] == ["outputs/a.md"]
    kept = [p for p in quant.home.rglob("*") if p.is_file() and ".db" not in p.name]
    assert [p for p in kept if TOKEN.encode() in p.read_bytes()] == []


async def test_a_killed_scheduler_is_followed_by_one_that_adopts_the_run(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    task = quant.task(held(go))
    first = quant.run()
    await happens(lambda: world.provider.asked(str(quant.home)) > 0)
    first.kill()
    first.wait(10)
    second = quant.run("--until-idle")
    await happens(lambda: quant.in_charge() == second.pid)
    go.touch()
    await happens(lambda: second.poll() is not None)
    (session,) = quant.sessions(task)
    assert quant.status(task) == "done" and session.status == SessionStatus.SUCCEEDED
    assert world.provider.asked(session.id) == 3, "every turn of the model was asked for once"


async def test_without_a_token_nothing_starts_and_status_says_what_to_do(quant: Quant) -> None:
    task = quant.task(DO_IT)
    quant.run(token="")
    told: dict[str, Any] = {}

    def says() -> bool:
        told.update(moziplus("status", "--json", home=quant.home).record)
        return bool(told["gateway"] == "token_missing")

    await happens(says)
    assert "OPENCLAW_GATEWAY_TOKEN" in told["gateway_state"]["advice"] and quant.status(task) == "pending"


async def test_a_task_made_within_a_session_runs_under_it_while_the_parent_works(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    create = "$BB create --title part --body 'say something' --assignee simayi-challenger --no-review"
    parent = quant.task(
        [
            {"sh": f"$BB claim && {create}"},
            {"until": str(go), "sh": "$BB submit --summary whole"},
            {"say": "handed in"},
        ]
    )
    process = quant.run("--until-idle")
    await happens(lambda: quant.sessions(parent + 1) and quant.sessions(parent + 1)[0].status != SessionStatus.STARTING)
    go.touch()
    await happens(lambda: process.poll() is not None)
    (above,), (below,) = quant.sessions(parent), quant.sessions(parent + 1)
    part = quant.read(lambda db: the_task(db, parent + 1))
    assert (part.parent, part.created_by, quant.status(parent)) == (parent, "zhangfei-dev", "done")
    assert (below.backend, below.agent, below.status) == ("gateway", "simayi-challenger", SessionStatus.SUCCEEDED)
    (under,) = quant.read(
        lambda db: db.execute("SELECT parent_session FROM sessions WHERE id = ?", (below.id,)).fetchone()
    )
    assert under == above.id and above.ended_at and above.created_at < below.created_at < above.ended_at


async def test_a_gateway_killed_in_the_middle_costs_one_attempt_and_local_agents_go_on(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    task = quant.task(held(go))
    quant.run()
    await happens(lambda: world.provider.asked(str(quant.home)) > 0)
    world.gateway.kill9()
    beside = quant.task([], "scribe")
    await happens(lambda: quant.status(beside) == "done", what="the local agent while the gateway is gone")
    assert quant.status(task) == "working", "a run that nobody can ask about is neither alive nor dead"
    await asyncio.to_thread(world.gateway.start)
    await happens(lambda: quant.sessions(task)[0].status == SessionStatus.LOST)
    go.touch()
    await happens(lambda: quant.status(task) == "done")
    first, second = quant.sessions(task)
    assert (first.status, second.status) == (SessionStatus.LOST, SessionStatus.SUCCEEDED)


async def test_what_a_gateway_began_again_by_itself_and_ended_while_nobody_looked_is_done_once(
    quant: Quant, world: World, tmp_path: Path
) -> None:
    """As after a power cut: the newer release goes on with an interrupted run five seconds after its start."""
    go = tmp_path / "go"
    task = quant.task(held(go))
    scheduler = quant.run()
    await happens(lambda: world.provider.asked(str(quant.home)) > 0)
    scheduler.kill()
    scheduler.wait(10)
    world.gateway.kill9()
    go.touch()
    await asyncio.to_thread(world.gateway.start)
    begins_again = world.release != "2026.5.7"
    if begins_again:
        await happens(lambda: quant.status(task) == "done")
    process = quant.run("--until-idle")
    await happens(lambda: process.poll() is not None)
    assert quant.status(task) == "done"
    ended = [session.status for session in quant.sessions(task)]
    assert ended == ([] if begins_again else [SessionStatus.LOST]) + [SessionStatus.SUCCEEDED]


def held(go: Path) -> list[dict[str, Any]]:
    """DO_IT, whose first turn the model holds back until there is the file `go`."""
    first, *rest = DO_IT
    return [{"until": str(go), **first}, *rest]
