"""Owns the team of the live tests: real agent programs from npm on a provider of ours, each in a home of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.connection import open_home
from console.blackboard.reads.notes import open_alerts
from console.blackboard.reads.sessions import sessions_of
from console.records.session import Session
from console.records.task import Task
from tests.agents.programs import Program, definition, missing
from tests.agents.provider import Provider, Step
from tests.homes import QUICK, TeamHome, developer, eventually


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder needs the programs."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.agents)


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """One provider for all; each test's agents have names of their own there."""
    with Provider() as made:
        yield made


SLOW = 300
"""Seconds in which a real program comes to what is meant, also on a machine with much else to do."""


class Lab:
    """A home with real agents, and what their models are to say."""

    def __init__(self, folder: Path, provider: Provider) -> None:
        self._folder = folder
        self._provider = provider
        self._agents: dict[str, dict[str, Any]] = {}
        self.team: TeamHome

    def agent(self, name: str, program: Program, *script: Step, role: str = "developer", **fields: Any) -> None:
        """An agent whose model plays `script`; skips the test where the program is not there."""
        if (why := missing(program)) is not None:
            pytest.skip(f"{program}: {why}")
        key = f"{self._folder.name}-{name}"
        self._agents[name] = definition(program, self._provider.url(key), self._folder / name, role=role) | fields
        self._provider.play(key, *script)

    def scripted(self, name: str, script: str, **fields: Any) -> None:
        """An agent that is a shell script."""
        self._agents[name] = developer(script) | fields

    def play(self, name: str, *script: Step) -> None:
        """Let the model of the agent play these steps after those that it still has."""
        self._provider.play(f"{self._folder.name}-{name}", *script)

    def asked(self, name: str) -> list[str]:
        """The conversations that its provider was asked with."""
        return self._provider.asked(f"{self._folder.name}-{name}")

    def opens(self, **settings: Any) -> TeamHome:
        """The home of these agents."""
        leaves = {"daemon": QUICK["daemon"] | {"leave_grace": 30}}  # they end by themselves, with their last words
        self.team = TeamHome(self._folder / "home", self._agents, settings=QUICK | leaves | settings)
        return self.team

    def sessions(self, task: Task) -> tuple[Session, ...]:
        """Of a task, the oldest first."""
        return sessions_of(self.team.db(), task.id)

    def transcript(self, session: Session) -> list[dict[str, Any]]:
        """What `session log` has of it."""
        done = self.team.cli("session", "log", session.id, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def first_of(self, task: Task) -> Session:
        """Its first session, once that has ended."""
        eventually(lambda: any(s.gone_at for s in self.sessions(task)), account=self.team.account, patience=SLOW)
        return self.sessions(task)[0]

    def killed(self, running: subprocess.Popen[bytes]) -> None:
        """A scheduler that gets no chance to do anything more."""
        running.kill()
        running.wait(30)

    def causes(self) -> set[str]:
        """Of the open alerts of the home."""
        with closing(open_home(self.team.home.state_db, read_only=True)) as db:
            return {alert.cause for alert in open_alerts(db) if alert.cause}

    def left(self) -> list[str]:
        """Processes that still know this home."""
        found, home = [], str(self.team.home.path)
        for process in psutil.process_iter():
            try:
                if process.environ().get("MOZIPLUS_HOME") == home:
                    found.append(" ".join(process.cmdline()))
            except psutil.Error:
                continue
        return found

    def close(self) -> None:
        """Let go of its connections, and end a scheduler that a failed test left."""
        if not hasattr(self, "team"):
            return
        self.team.close()
        for child in psutil.Process().children():
            with suppress(psutil.Error):  # one that has ended has no arguments any more
                if str(self.team.home.path) in child.cmdline():
                    child.kill()


@pytest.fixture
def lab(tmp_path: Path, provider: Provider) -> Iterator[Lab]:
    """An empty lab."""
    made = Lab(tmp_path, provider)
    yield made
    made.close()


def a_limit_and_then_a_refused_key(lab: Lab) -> None:
    """The provider of `dev` refuses it for a while, and then for good: neither is its fault."""
    team = lab.opens()
    task = team.task(reviews=())
    running = team.start("run")
    first = lab.first_of(task)
    assert (first.status, first.counted) == ("failed", 0), (first.failure, team.account())
    assert "limit" in (first.failure or "").lower()
    lab.play("dev", {"status": 401, "say": "invalid api key"})
    eventually(lambda: "sign-in:dev" in lab.causes(), account=team.account, patience=SLOW)
    running.terminate()
    running.wait(30)
    assert {each.counted for each in lab.sessions(task)} == {0}
