"""Makes a real home with projects and command agents for tests, and runs real schedulers on it. Nothing here is a test."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from console.blackboard.connection import Database, open_project
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.clock import SystemClock
from console.engine.host import run_headless
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from console.own_python import python_command
from console.records.actor import OPERATOR, Actor, Origin
from console.records.task import Task
from tests.forked import run

BOSS = Actor(name=OPERATOR, origin=Origin.CLI)
CLOCK = SystemClock()
QUICK: dict[str, Any] = {
    "daemon": {"start_grace": 10, "leave_grace": 2, "lease": 10},  # a busy machine may need seconds for one start
    "retry": {"base": 0.1, "cap": 0.5},
}


def developer(script: str, **fields: Any) -> dict[str, Any]:
    """An agent that runs `script` with sh."""
    return {"role": "developer", "backend": "command", "command": ["sh", "-c", script], **fields}


def reviewer(script: str, **fields: Any) -> dict[str, Any]:
    """The same for a reviewer."""
    return developer(script, **fields) | {"role": "reviewer"}


SUBMITS = developer("blackboard submit --summary done")


class TeamHome:
    """A home whose projects all have the team `agents`."""

    def __init__(
        self,
        path: Path,
        agents: Mapping[str, Mapping[str, Any]],
        *,
        projects: tuple[str, ...] = ("quant",),
        settings: Mapping[str, Any] = QUICK,
        **project: Any,
    ) -> None:
        self.home = prepare_home(Home(path))
        self.configure({**settings, "agents": {name: dict(fields) for name, fields in agents.items()}})
        for name in projects:
            make_project(self.home, NewProject(id=name, agents=tuple(agents), **project))
        self._open: dict[str, Database] = {}

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Replace the home's settings."""
        (self.home.config / "default.yaml").write_text(json.dumps(dict(settings)))  # also YAML

    def db(self, project: str = "quant") -> Database:
        """A connection to a project."""
        if project not in self._open:
            self._open[project] = open_project(self.home.project_folder(project))
        return self._open[project]

    def task(self, title: str = "work", project: str = "quant", **fields: Any) -> Task:
        """A new task."""
        return create_task(self.db(project), NewTask(title=title, **fields), by=BOSS, now=CLOCK.now())

    def status(self, task: Task, project: str = "quant") -> str:
        """A task's status now."""
        return str(get_task(self.db(project), task.id).status)

    def present(self, project: str = "quant") -> int:
        """How many sessions hold a slot."""
        return len(present_sessions(self.db(project)))

    def run(self, **how: Any) -> int:
        """A scheduler in this process, until idle unless `how` says otherwise."""
        return run_headless(self.home, **(how or {"until_idle": True}))

    def command(self, *arguments: str) -> list[str]:
        """The arguments of a `moziplus` process on this home."""
        return [*python_command("console.cli.main"), "--home", str(self.home.path), *arguments]

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """A `moziplus` process; its stderr goes to `<home>/logs/stderr.log`."""
        with (self.home.logs / "stderr.log").open("ab") as log:
            return subprocess.Popen(
                self.command(*arguments), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | environment
            )

    def cli(self, *arguments: str, patience: float = 60) -> subprocess.CompletedProcess[str]:
        """A `moziplus` command, run to its end."""
        given = ("--home", str(self.home.path), *arguments)
        done = run("console.cli.main", given, os.environ, patience=patience)
        return subprocess.CompletedProcess(given, *done)

    def account(self) -> str:
        """What the schedulers and the blackboards say, for a failure."""
        found = [self.cli("status").stdout, self.cli("session", "list", "--all").stdout]
        places = self.home.projects.glob("[!_.]*")
        found += [self.cli("task", "list", "--all", "--project", place.name).stdout for place in places]
        logs = [*self.home.logs.glob("*.log"), *self.home.path.glob("runs/*/agents/*/*/output.log")]
        found += [f"{path}:\n{path.read_text('utf-8', 'replace')[-4000:]}" for path in logs]
        return "\n".join(found)

    def close(self) -> None:
        """Let go of the connections."""
        while self._open:
            self._open.popitem()[1].close()


def eventually(
    holds: Callable[[], bool],
    patience: float = 60.0,
    account: Callable[[], str] = lambda: "it did not come true in time",
) -> None:
    """Wait until `holds`, at most `patience` seconds; else fail with the `account` of what there is."""
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, account()
        time.sleep(0.02)
