"""Promises of whole programs whose clock is set under them: the scheduler, its runners and agents, and the commands.

libfaketime moves the time of day of all of them at once, and leaves the clocks alone that no one can set; without it they skip.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.homes import CLOCK, QUICK, SUBMITS, TeamHome, developer, eventually

LIBRARIES = [
    path
    for folder in ("/usr/lib", "/usr/local/lib", "/usr/lib64")
    for pattern in ("faketime/libfaketime.so.1", "*/faketime/libfaketime.so.1")
    for path in Path(folder).glob(pattern)
]
pytestmark = [
    pytest.mark.soak,  # with two of them at once libfaketime's own processes get in each other's way
    pytest.mark.drill,
    pytest.mark.skipif(
        not LIBRARIES or shutil.which("cc") is None,
        reason="libfaketime or a C compiler is not installed (Debian: apt-get install libfaketime gcc)",
    ),
]

WAITS = 'while [ ! -e "$MOZIPLUS_HOME/go" ]; do sleep 0.1; done; blackboard submit --summary done'
TRIPS = "[ -e tried ] && exec blackboard submit --summary done; touch tried; exit 1"
SETTINGS = {
    **QUICK,
    "daemon": {**QUICK["daemon"], "tick_interval": 1, "task_timeout": 300, "silence_nudge": 200, "silence_alert": 250},
    "retry": {"base": 100, "cap": 100},
}
RIGHT = "+0"
SLEEPS = """
#define _GNU_SOURCE
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left) {
  return syscall(SYS_clock_nanosleep, clock, flags, until, left) == 0 ? 0 : errno;
}
"""
"""What goes before libfaketime 0.9.10, which answers EINVAL to a sleep until an instant of the monotonic clock that has passed
before it looked: Python from 3.11 sleeps so."""


class Machine:
    """A home on a machine whose clock can be set."""

    def __init__(self, folder: Path) -> None:
        self._clock = folder / "clock"
        sleeps = folder / "sleeps.so"
        compiled = ["cc", "-shared", "-fPIC", "-x", "c", "-o", str(sleeps), "-"]
        subprocess.run(compiled, input=SLEEPS, text=True, check=True)
        agents = {"patient": developer(WAITS), "quick": SUBMITS, "trips": developer(TRIPS)}
        self.team = TeamHome(folder / "home", agents, settings=SETTINGS)
        self.environment = {
            "LD_PRELOAD": f"{sleeps}:{LIBRARIES[0]}",
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
            "NO_FAKE_STAT": "1",  # files keep the times that they were given
        }
        self.is_set(RIGHT)

    def is_set(self, by: str) -> None:
        """From now on its clock is wrong `by` that."""
        new = self._clock.with_suffix(".new")
        new.write_text(f"{by}\n")
        new.replace(self._clock)

    def start(self) -> subprocess.Popen[bytes]:
        """A scheduler."""
        return self.team.start("run", **self.environment)

    def ask(self, *arguments: str) -> list[dict[str, Any]]:
        """A command's answer."""
        done = subprocess.run(
            [*self.team.command(*arguments), "--json"],
            capture_output=True,
            text=True,
            env=os.environ | self.environment,
            timeout=60,
            check=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def task(self, agent: str) -> int:
        """A new task for `agent`."""
        (made,) = self.ask(
            "task", "create", "--project", "quant", "--title", "work", "--assignee", agent, "--no-review"
        )
        return int(made["id"])

    def status(self, task: int) -> str:
        """Of a task."""
        return str(
            next(t for t in self.ask("task", "list", "--all", "--project", "quant") if t["id"] == task)["status"]
        )

    def sessions(self, task: int) -> list[str]:
        """How those of a task stand."""
        return [s["status"] for s in self.ask("session", "list", "--all") if s["task"] == task]

    def causes(self) -> set[str]:
        """Of the open alerts."""
        return {str(alert["cause"]) for alert in self.ask("alert", "list")}

    def files(self) -> set[Path]:
        """All that must not be removed."""
        folders = ("runs", "logs", "backups", "projects", "inbox")
        found = (path for name in folders for path in (self.team.home.path / name).rglob("*"))
        drafts = (".tmp", ".new")
        return {
            p for p in found if not (p.name.startswith(".") or p.suffix in drafts or p.name.endswith(("-wal", "-shm")))
        }


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    (made.team.home.path / "go").touch()
    made.team.close()


def ends(scheduler: subprocess.Popen[bytes]) -> None:
    scheduler.send_signal(signal.SIGTERM)
    assert scheduler.wait(30) == 0


@pytest.mark.parametrize("jump", ["+15m", "+365d", "-365d", "-10m"])
@pytest.mark.parametrize("away", [False, True])
def test_a_clock_that_is_set_ends_nothing_removes_nothing_and_stops_nothing(
    machine: Machine, jump: str, away: bool
) -> None:
    scheduler = machine.start()
    try:
        patient, trips, done = machine.task("patient"), machine.task("trips"), machine.task("quick")
        eventually(lambda: machine.status(done) == "done", account=machine.team.account)
        eventually(lambda: machine.sessions(trips) == ["failed"], account=machine.team.account)
        eventually(lambda: machine.sessions(patient) == ["running"], account=machine.team.account)
        (machine.team.home.logs / "crash-1.log").write_text("young")
        before = machine.files()
        if away:
            ends(scheduler)
        machine.is_set(jump)
        if away:
            scheduler = machine.start()
        for _ in range(2):
            task = machine.task("quick")
            eventually(lambda task=task: machine.status(task) == "done", account=machine.team.account)  # type: ignore[misc]
        # Its back-off is over, or began by a clock that is no longer right; else it would be tried in ten minutes, or a year.
        eventually(lambda: machine.status(trips) == "done", 40, account=machine.team.account)
        assert machine.sessions(patient) == ["running"]
        assert before - machine.files() == set()
        assert ("clock" in machine.causes()) == (jump == "+365d")
        assert not {cause for cause in machine.causes() if "silent" in cause}
        (status,) = machine.ask("status")
        assert not status["hung"] and status["problems"] == []
        machine.is_set(RIGHT)
        eventually(lambda: "clock" not in machine.causes(), account=machine.team.account)
        assert machine.sessions(patient) == ["running"]
        (machine.team.home.path / "go").touch()
        eventually(lambda: machine.status(patient) == "done", account=machine.team.account)
        assert before - machine.files() == set()
    finally:
        ends(scheduler)


def test_a_start_at_1970_that_is_set_right_later_costs_nothing(machine: Machine) -> None:
    scheduler = machine.start()
    try:
        done, patient = machine.task("quick"), machine.task("patient")
        eventually(lambda: machine.status(done) == "done", account=machine.team.account)
        eventually(lambda: machine.sessions(patient) == ["running"], account=machine.team.account)
        before = machine.files()
        ends(scheduler)
        machine.is_set(f"-{CLOCK.now() // 1000 - 86_400}")  # by as much for every process: `@…` begins anew in each
        scheduler = machine.start()
        early, trips = machine.task("quick"), machine.task("trips")
        eventually(lambda: machine.status(early) == "done", account=machine.team.account)
        eventually(lambda: machine.sessions(trips) == ["failed"], account=machine.team.account)
        machine.is_set(RIGHT)
        late = machine.task("quick")
        eventually(lambda: machine.status(late) == "done", account=machine.team.account)
        eventually(lambda: machine.status(trips) == "done", 40, account=machine.team.account)
        assert machine.sessions(patient) == ["running"]
        assert before - machine.files() == set()
        assert not {cause for cause in machine.causes() if cause == "clock" or "silent" in cause}
    finally:
        ends(scheduler)
