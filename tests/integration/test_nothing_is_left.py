"""Promises that nothing of a session outlives it, whatever its agent does to its runner, its folder and its own traces.

The daemons are as bad as they can be: an empty environment, a session of their own, and some are replaced by their child
every 30 ms, so that no pid stays the same.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from console.agents import mark
from console.blackboard.reads.sessions import sessions_of
from tests.homes import TeamHome, eventually

EVIL = '''
import os, shutil, signal, subprocess, sys, time
note, kind = sys.argv[1:]
HOP = """
import os, signal, sys, time
for number in (15, 1, 2, 3, 10): signal.signal(number, signal.SIG_IGN)
end = time.time() + 120
while time.time() < end:
    with open(sys.argv[1] + ".now", "w") as file: file.write(str(os.getpid()))
    time.sleep(0.03)
    if os.fork(): os._exit(0)
    os.setsid()
"""
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork(): os._exit(0)
        os.closerange(0, 256)
        os.chdir("/")
        os.execve(sys.executable, [sys.executable, "-c", HOP, note + "." + str(os.getpid())], {})
    os.wait()
for number in (15, 1, 2, 3): signal.signal(number, signal.SIG_IGN)
daemon()
folder, runner = os.path.dirname(os.environ["MOZIPLUS_PROMPT_FILE"]), os.getppid()
time.sleep(0.4)
if kind == "kills": os.kill(runner, 9)
if kind == "stops": os.kill(runner, signal.SIGSTOP)
if kind == "removes the folder": shutil.rmtree(folder)
if kind == "removes the lock": os.unlink(folder + "/alive.lock")
if kind == "replaces the lock":
    os.unlink(folder + "/alive.lock")
    open(folder + "/alive.lock", "w").close()
if kind == "forges the end":
    with open(folder + "/exit.json", "w") as file: file.write('{"exit_code": 0, "swept": true}')
    os.kill(runner, 9)
if kind != "ends": daemon(); time.sleep(120)
'''
KINDS = ("ends", "kills", "stops", "removes the folder", "removes the lock", "replaces the lock", "forges the end")
FAST = {
    "daemon": {"start_grace": 10, "leave_grace": 2, "lease": 10, "task_timeout": 3, "tick_interval": 5},
    "retry": {"base": 0.1, "cap": 0.5, "max_attempts": 1},
}


@pytest.fixture
def note(tmp_path: Path) -> Iterator[Path]:
    """Where the daemons say who they are; none outlives the test."""
    yield tmp_path / "note"
    end(tmp_path / "note")


def living(note: Path) -> list[str]:
    """The daemons that still run. No look at all processes meets one that is replaced every 30 ms: it says itself who it is."""
    places = list(note.parent.glob(f"{note.name}.*.now"))
    before = {place: place.read_text() for place in places}
    time.sleep(0.2)
    return [place.name for place in places if place.read_text() != before[place] or _lives(place.read_text())]


def end(note: Path) -> None:
    """Kill the daemons, however long they have to be met for it."""
    until = time.monotonic() + 20
    while living(note) and time.monotonic() < until:
        for place in note.parent.glob(f"{note.name}.*.now"):
            for _ in range(20):
                with suppress(OSError, ValueError):
                    os.kill(int(place.read_text()), 9)
                time.sleep(0.005)


def _lives(pid: str) -> bool:
    try:
        return psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError):
        return False


def team_of(place: Path, note: Path, kind: str) -> TeamHome:
    agent = {"role": "developer", "backend": "command", "command": [sys.executable, "-c", EVIL, str(note), kind]}
    return TeamHome(place, {"dev": agent}, settings=FAST)


linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no mark: the noted tree stands in")


@linux
@pytest.mark.drill
@pytest.mark.parametrize("kind", KINDS)
def test_no_daemon_outlives_its_session_whatever_its_agent_does_to_the_runner(
    tmp_path: Path, note: Path, kind: str
) -> None:
    with closing(team_of(tmp_path / "home", note, kind)) as team:
        task = team.task()
        scheduler = team.start("run", "--until-idle")
        try:
            eventually(lambda: bool(living(note)), 30, team.account)
            eventually(lambda: any(s.gone_at for s in sessions_of(team.db(), task.id)), 60, team.account)
            assert living(note) == []
            zombies = [c for c in psutil.Process(scheduler.pid).children() if c.status() == psutil.STATUS_ZOMBIE]
            assert len(zombies) <= 1, "what the scheduler adopted is not reaped"
        finally:
            scheduler.terminate()
            scheduler.wait(30)


@linux
@pytest.mark.drill
def test_a_killed_runners_daemons_are_found_by_another_scheduler_that_never_held_them(
    tmp_path: Path, note: Path
) -> None:
    with closing(team_of(tmp_path / "home", note, "waits")) as team:
        task = team.task()
        first = team.start("run")
        eventually(lambda: bool(living(note)), 30, team.account)
        first.kill()
        first.wait()
        [session] = sessions_of(team.db(), task.id)
        runners = [pid for pid in mark.bearers(session.id) if "console.agents.runner" in _command(pid)]
        assert len(runners) == 1
        os.kill(runners[0], 9)
        second = team.start("run", "--until-idle")
        try:
            eventually(lambda: any(s.gone_at for s in sessions_of(team.db(), task.id)), 60, team.account)
            assert living(note) == []
        finally:
            second.terminate()
            second.wait(30)


def _command(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""
