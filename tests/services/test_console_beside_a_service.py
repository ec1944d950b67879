"""Promises that a console beside a running service takes no charge and does everything all the same, and outlives it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.connection import open_home
from console.blackboard.reads.home import flags
from console.blackboard.reads.sessions import sessions_of
from console.engine.in_charge import holder
from tests.homes import TeamHome, developer
from tests.terminal.tmux import Terminal, needs_tmux, wait_for

pytestmark = needs_tmux


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path, for a socket's path has little room."""
    with tempfile.TemporaryDirectory(prefix="mz", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def test_it_looks_on_acts_and_takes_over_only_when_the_service_is_gone(place: Path) -> None:
    team = TeamHome(place / "home", {"slow": developer("sleep 300")})
    service = team.start("run", "--quiet")
    try:
        look_on_and_take_over(place, team, service)
    finally:
        service.kill()
        service.wait()
        team.close()


def look_on_and_take_over(place: Path, team: TeamHome, service: subprocess.Popen[bytes]) -> None:
    """The story, from a service that runs to a console that is in charge."""
    wait_for(lambda: holder(team.home), "the service is in charge")
    task = team.task("Long work", assignee="slow")
    wait_for(lambda: [str(s.status) for s in sessions_of(team.db(), task.id)] == ["running"], "the agent is at work")
    with Terminal(place, "--home", str(team.home.path), LANG="C.UTF-8") as terminal:
        terminal.shows(f"in charge: headless {service.pid}", "Long work")
        terminal.press("H")
        wait_for(lambda: "pause" in raised(team), "the console's pause is in force")
        terminal.shows("paused")
        assert team.cli("session", "stop", sessions_of(team.db(), task.id)[0].id).returncode == 0
        wait_for(lambda: team.present() == 0, "the agent has ended")
        assert team.cli("task", "cancel", str(task.id)).returncode == 0
        terminal.press("H")
        wait_for(lambda: "pause" not in raised(team), "the pause is taken back")
        who = holder(team.home)
        assert who is not None and who.pid == service.pid, "the console took no charge"
        service.kill()
        service.wait()
        terminal.shows("in charge: this console")
        found = json.loads(team.cli("status", "--json").stdout)
        assert found["in_charge"]["mode"] == "console"
        terminal.press("q")
        terminal.shows("start no further agents")
        terminal.press("Down", "Enter")
        assert terminal.exit_code() == 0
    assert holder(team.home) is None


def raised(team: TeamHome) -> set[str]:
    """The flags that are up."""
    db = open_home(team.home.state_db, read_only=True)
    try:
        return set(flags(db))
    finally:
        db.close()
