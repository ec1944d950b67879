"""Owns a home whose project has agents in a real gateway, and the schedulers that a test runs on it. It judges nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.blackboard.connection import Database, open_project
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.writes.stamps import the_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from console.records.actor import OPERATOR, Actor, Origin
from console.records.session import Session
from tests.gateway.openclaw import TOKEN
from tests.gateway.sessions import CLOCK
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

    def __init__(self, folder: Path, url: str) -> None:
        self.home = folder / "home"
        made = prepare_home(Home(self.home))
        make_project(made, NewProject(id="quant", agents=("zhangfei-dev", "simayi-challenger", "scribe")))
        judge = {"role": "reviewer", "backend": "gateway"}
        here = {"role": "scribe", "backend": "command", "command": ["sh", "-c", "blackboard submit --summary here"]}
        settings = {
            "gateway": {"url": url, "breaker_open_for": 1, "breaker_open_cap": 2},
            "retry": {"base": 1, "cap": 1},
            "agents": {"scribe": here, "simayi-challenger": judge},
        }
        self._settings: dict[str, Any] = settings
        self.change({})
        self.running: list[subprocess.Popen[bytes]] = []

    def change(self, agents: dict[str, dict[str, Any]]) -> None:
        """Settings of its agents, before anything runs."""
        self._settings["agents"] |= agents
        (self.home / "config" / "default.yaml").write_text(json.dumps(self._settings))

    def task(self, script: list[dict[str, Any]], assignee: str = "zhangfei-dev", **fields: Any) -> int:
        """A task whose agent's model plays `script`."""
        made: dict[str, Any] = {"reviews": (), "assignee": assignee, **fields}
        new = NewTask(title="work", body=f"[[play {json.dumps(script)}]]", **made)
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

    def close(self) -> None:
        """End every scheduler that still runs."""
        for process in self.running:
            process.kill()
            process.wait(10)


def held(go: Path) -> list[dict[str, Any]]:
    """DO_IT, whose first turn the model holds back until there is the file `go`."""
    first, *rest = DO_IT
    return [{"until": str(go), **first}, *rest]
