"""Promises that a real PM2 runs the scheduler from our file, brings it back, and that agents outlive every restart.

Live: needs PM2 from npm (`bash .ci/pm2`); skips where it is not installed. It never touches the user's own PM2.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.reads.sessions import sessions_of
from console.engine.in_charge import holder
from tests.homes import SUBMITS, TeamHome, developer, eventually
from tests.program import Done, moziplus

VERSION = "6.0.14"
WAITS = 'while [ ! -e "$MOZIPLUS_HOME/go" ]; do sleep 0.05; done; echo x >>"$MOZIPLUS_HOME/ran"; blackboard submit --summary x'


def installed() -> Path:
    """The folder into which .ci/pm2 installs."""
    named = os.environ.get("TEST_PM2")
    return Path(named) if named else Path(pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "moziplus" / f"pm2-{VERSION}"


missing = next(
    (why for why, so in (
        (f"PM2 is not installed in {installed()}; `bash .ci/pm2` installs it", not (installed() / "installed").exists()),
        ("node is not on this machine", shutil.which("node") is None),
    ) if so),
    None,
)  # fmt: skip
pytestmark = [pytest.mark.npm, pytest.mark.skipif(missing is not None, reason=str(missing))]


class Service:
    """A team whose scheduler a PM2 of its own runs."""

    def __init__(self, team: TeamHome, folder: Path) -> None:
        self.team = team
        self.environ = {
            "PM2_HOME": str(folder),
            "HOME": str(folder),
            "PATH": f"{installed() / 'node_modules' / '.bin'}:{os.environ['PATH']}",
        }

    def __call__(self, *arguments: str) -> Done:
        return moziplus("service", *arguments, home=self.team.home.path, cwd=None, **self.environ)

    def pm2(self, *arguments: str) -> str:
        """What the operator types."""
        done = subprocess.run(
            ["pm2", *arguments], env=os.environ | self.environ, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def pid(self) -> int:
        """Of who is in charge; 0 for nobody."""
        return who.pid if (who := holder(self.team.home)) else 0

    def new_scheduler(self, old: int) -> None:
        """Wait until another process than `old` is in charge."""
        eventually(lambda: self.pid not in (0, old), patience=40)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    team = TeamHome(tmp_path / "home", {"waits": developer(WAITS), "quick": SUBMITS})
    folder = Path(tempfile.mkdtemp(prefix="pm2-"))  # PM2's sockets need a short path
    made = Service(team, folder)
    yield made
    made.pm2("kill")
    team.close()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_restart_while_an_agent_works_loses_nothing(service: Service) -> None:
    team = service.team
    started = service("install", "pm2", "--now")
    assert started.code == 0, started.err
    eventually(lambda: service.pid != 0, patience=40)
    word = service("status", "pm2", "--json")
    assert (word.code, word.record["state"], word.record["pid"]) == (0, "running", service.pid)
    task = team.task(assignee="waits")
    eventually(lambda: [s.status for s in sessions_of(team.db(), task.id)] == ["running"])
    before = service.pid
    service.pm2("restart", "moziplus")
    service.new_scheduler(before)
    (team.home.path / "go").touch()
    eventually(lambda: team.status(task) == "done")
    assert [s.status for s in sessions_of(team.db(), task.id)] == ["succeeded"]
    assert (team.home.path / "ran").read_text() == "x\n"
    other = TeamHome(team.home.path.parent / "other", {})
    refused = moziplus("service", "install", "pm2", home=other.home.path, cwd=None, **service.environ)
    other.close()
    assert refused.code == 4 and "another home" in refused.err
    again = service("install", "pm2", "--now", "--json")
    assert (again.code, again.record["done"], again.record["start"]) == (0, "unchanged", [])
    before = service.pid
    renewed = service("install", "pm2", "--now", "--env", "HOME", "--json")
    assert (renewed.code, renewed.record["done"]) == (0, "updated")
    service.new_scheduler(before)
    assert service("uninstall", "pm2").code == 4
    gone = service("uninstall", "pm2", "--now")
    assert gone.code == 0, gone.err
    eventually(lambda: service.pid == 0)
    assert service("status", "pm2").code == 1


def test_a_crash_and_a_drain_bring_it_back_and_an_agent_outlives_its_deletion(service: Service) -> None:
    team = service.team
    assert service("install", "pm2").code == 0
    service.pm2("start", str(team.home.config / "ecosystem.config.cjs"))
    eventually(lambda: service.pid != 0, patience=40)
    crashed = service.pid
    os.kill(crashed, signal.SIGKILL)
    service.new_scheduler(crashed)
    drained = service.pid
    assert team.cli("drain").returncode == 0
    service.new_scheduler(drained)
    quick = team.task(assignee="quick")
    eventually(lambda: team.status(quick) == "done")
    task = team.task(assignee="waits")
    eventually(lambda: [s.status for s in sessions_of(team.db(), task.id)] == ["running"])
    service.pm2("delete", "moziplus")
    eventually(lambda: service.pid == 0)
    (team.home.path / "go").touch()
    eventually(lambda: team.status(task) == "done")
    assert team.run() == 0
    assert [s.status for s in sessions_of(team.db(), task.id)] == ["succeeded"]
