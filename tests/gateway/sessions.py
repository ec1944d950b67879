"""Owns sessions of gateway agents for the tests: a home, claimed tasks with folder and prompt, a team to run them.

Everything is real but the model: blackboard, prompt folder, `blackboard` shim, gateway.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.agents.folder import SessionFolder
from console.agents.gateway import GatewayAgents
from console.agents.gateway_pace import Pace
from console.agents.layout import lay_out
from console.agents.spec import StartSpec
from console.blackboard.connection import Database, create_project, open_project
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.sessions import the_session
from console.blackboard.writes.stamps import the_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.clock import SystemClock
from console.gateway import wire
from console.gateway.client import Backoff, Gateway
from console.gateway.settings import GatewaySettings
from console.gateway.states import Kind
from console.home import Home
from console.records.actor import SCHEDULER
from console.records.ending import Life
from console.records.session import Session
from console.records.task import Task
from tests.gateway.openclaw import TOKEN

CLOCK = SystemClock()
PATIENCE = 180.0
"""Seconds after which something will not happen any more, on a machine with a lot else to do."""
UNHURRIED = Pace(stop=60.0, farewell=60.0)
"""A gateway on such a machine took 36 s to archive a session."""
WORK = [
    {"sh": "$BB claim && mkdir -p $MOZI_TASK/outputs && echo done > $MOZI_TASK/outputs/a.md"},
    {"sh": "cd $MOZI_TASK && $BB output outputs/a.md && $BB submit --summary 'made a.md'"},
    {"say": "handed in"},
]
"""The whole of a task's work, as an agent does it with its `blackboard`."""


@dataclass
class Live:
    """One claimed task of a gateway agent, ready to be started."""

    spec: StartSpec
    folder: SessionFolder
    project: Path

    def read(self, what: Callable[[Database], Any]) -> Any:
        """Something from its blackboard."""
        db = open_project(self.project)
        try:
            return what(db)
        finally:
            db.close()

    def session(self) -> Session:
        """Its row now."""
        found: Session = self.read(lambda db: the_session(db, self.spec.session))
        return found

    def task(self) -> Task:
        """Its task now."""
        found: Task = self.read(lambda db: the_task(db, self.spec.task))
        return found

    def said(self) -> str:
        """Its log so far."""
        return self.folder.output.read_text(encoding="utf-8") if self.folder.output.exists() else ""


def home_of(folder: Path) -> Path:
    """A new home."""
    Home(folder / "home").create()
    return folder / "home"


def live(home: Path, script: list[dict[str, Any]], *, agent: str = "zhangfei-dev", **changes: Any) -> Live:
    """A claimed task whose agent's model plays `script`; $BB is its blackboard, $MOZI_TASK its folder.

    Nobody goes on with its session, where `changes` say nothing else.
    """
    project = home / "projects" / f"p{uuid.uuid4().hex[:6]}"
    project.mkdir(parents=True, mode=0o700)
    create_project(project, project.name, CLOCK.now())
    task_dir = project / "artifacts" / "1"
    task_dir.mkdir(parents=True)
    session = str(uuid.uuid4())
    folder = home / "runs" / "r1" / "agents" / agent / session
    db = open_project(project)
    try:
        task = create_task(db, NewTask(title="work"), by=SCHEDULER, now=CLOCK.now())
        start = Start(session=session, agent=agent, backend="gateway", run_id="r1", folder=str(folder))
        claimed = claim_task(db, task.id, start, by=SCHEDULER, now=CLOCK.now())
    finally:
        db.close()
    spec = StartSpec(
        home=str(home),
        project=project.name,
        project_folder=str(project),
        task=task.id,
        task_dir=str(task_dir),
        agent=agent,
        session=session,
        fence=claimed.fence,
        backend="gateway",
        prompt_file=str(folder / "prompt.md"),
        cwd=str(task_dir),
        **{"options": {"resume": "never"}, **changes},
    )
    played = json.dumps(script).replace("$MOZI_TASK", str(task_dir))
    prompt = f"Work on it. Your blackboard is `{folder}/blackboard`.\n\n[[play {played}]]\n"
    return Live(spec, lay_out(spec, prompt), project)


class Team:
    """GatewayAgents on one gateway, with the sessions that ended and the states that it went through, in order."""

    def __init__(
        self,
        url: str,
        token: str | None = TOKEN,
        *,
        pace: Pace | None = None,
        somebody: Callable[[], bool] = lambda: False,
        home: Path | None = None,
        **settings: Any,
    ) -> None:
        self.ended: list[str] = []
        self.states: list[Kind] = []
        self.gateway = Gateway(
            GatewaySettings(url=url, **settings),
            {"OPENCLAW_GATEWAY_TOKEN": token} if token else {},
            CLOCK,
            backoff=Backoff(first=0.2, cap=1.0, refused_first=0.5, refused_cap=1.0),
        )
        self.agents = GatewayAgents(
            self.gateway,
            CLOCK,
            self.ended.append,
            self._changed,
            pace=pace or UNHURRIED,
            somebody=somebody,
            home=home,
        )

    async def __aenter__(self) -> Team:
        self.agents.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.agents.close()

    def _changed(self) -> None:
        self.states.append(self.gateway.state.kind)

    async def up(self) -> Team:
        """Wait until it is connected."""
        await happens(lambda: self.gateway.state.up, what=f"up, not {self.gateway.state.sentence}")
        return self

    async def run(self, one: Live) -> None:
        """Start it and wait for its end."""
        await self.agents.start(one.spec)
        await happens(lambda: one.spec.session in self.ended, what="the end of the run")

    async def sessions(self, params: dict[str, Any]) -> tuple[wire.SessionRow, ...]:
        """What the gateway lists."""
        found = await self.gateway.call("sessions.list", params, wire.SessionList, patience=PATIENCE)
        return tuple(found.sessions)

    def life(self, one: Live) -> Life:
        """Its proof of life."""
        return self.agents.life(one.session())


async def happens(true: Callable[[], object], *, seconds: float = PATIENCE, what: str = "it") -> None:
    """Look again and again until `true`, without blocking the loop."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        await asyncio.sleep(0.05)
