"""Promises that an emergency stop needs nothing but the locks: whatever is lost, full, wrong or hung, every agent ends."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.reads.sessions import present_sessions, sessions_of
from console.engine.strays import at_work
from console.home import Home
from console.keeping.backup import back_up
from console.keeping.copies import folder_of, listed
from console.settings import Backup
from tests.homes import CLOCK, QUICK, SUBMITS, TeamHome, developer, eventually
from tests.program import moziplus

STUBBORN = "trap '' TERM; (trap '' TERM; sleep 300) & while :; do sleep 1; done"
"""Neither the agent nor what it started ends when it is asked to."""


class Work:
    """A home with two agents at work, each in a project of its own, under a scheduler of its own."""

    def __init__(self, path: Path) -> None:
        agents = {"slow": developer(STUBBORN, max_parallel=2), "quick": SUBMITS}
        settings = {**QUICK, "daemon": {**QUICK["daemon"], "free_disk_floor_bytes": "1MB"}}
        self.team = TeamHome(path, agents, projects=("quant", "other"), settings=settings)
        self.home = self.team.home
        back_up(self.home, Backup(), now=CLOCK.now())
        self.scheduler = self.team.start("run")
        self.tasks = {name: self.team.task(assignee="slow", project=name) for name in ("quant", "other")}
        eventually(lambda: all(self._running(name) for name in self.tasks), account=self.team.account)
        self.sessions = {name: present_sessions(self.team.db(name))[0].id for name in self.tasks}
        self.processes = {name: self._below(session) for name, session in self.sessions.items()}
        self.team.close()

    def _running(self, project: str) -> bool:
        found = present_sessions(self.team.db(project))
        return bool(found) and found[0].status == "running" and len(self._below(found[0].id)) >= 3

    def _below(self, session: str) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.environ().get("MOZIPLUS_SESSION") == session:
                    found.append(process)
        return found

    def alive(self, project: str) -> int:
        """How many of its agent's processes live."""
        return sum(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in self.processes[project])

    def held(self) -> list[str]:
        """The sessions whose lock somebody holds."""
        found = []
        for path in self.home.runs.glob("*/agents/*/*/alive.lock"):
            with path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    found.append(path.parent.name)
        return found

    def call(self, *arguments: str) -> Any:
        """A command on the home where it lies now."""
        return moziplus(*arguments, home=self.home.path)

    def kill_scheduler(self) -> None:
        """Nobody is in charge any more."""
        self.scheduler.kill()
        self.scheduler.wait()

    def close(self) -> None:
        """End what may be left, whatever the test found."""
        self.kill_scheduler()
        self.team.close()
        for process in (p for found in self.processes.values() for p in found):
            with suppress(psutil.Error):
                process.kill()


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    made = Work(tmp_path / "home")
    yield made
    made.close()


def garble(path: Path) -> None:
    """Written over in place, as a disk or a stranger does it."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096 * 8))


def lose(path: Path) -> None:
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()


def hung(work: Work) -> None:
    work.scheduler.send_signal(signal.SIGSTOP)


def nobody(work: Work) -> None:
    work.kill_scheduler()


def wrong_settings(work: Work) -> None:
    work.kill_scheduler()
    (work.home.config / "default.yaml").write_text("daemon: {leese: 1")


def home_database_corrupt(work: Work) -> None:
    garble(work.home.state_db)


def home_database_corrupt_and_nobody(work: Work) -> None:
    work.kill_scheduler()
    garble(work.home.state_db)


def home_database_missing(work: Work) -> None:
    lose(work.home.state_db)


def blackboard_missing(work: Work) -> None:
    lose(work.home.project_folder("quant") / "blackboard.db")


def blackboard_missing_and_nobody(work: Work) -> None:
    work.kill_scheduler()
    blackboard_missing(work)


def blackboard_corrupt(work: Work) -> None:
    garble(work.home.project_folder("quant") / "blackboard.db")


def blackboard_replaced(work: Work) -> None:
    older = listed(folder_of(work.home, "quant"))[0].path
    lose(work.home.project_folder("quant") / "blackboard.db")
    target = work.home.project_folder("quant") / "blackboard.db"
    shutil.copyfile(older, target)
    with closing(sqlite3.connect(target)) as db:
        db.execute("PRAGMA journal_mode = WAL")


def project_removed(work: Work) -> None:
    shutil.rmtree(work.home.project_folder("quant"))


def registry_unreadable(work: Work) -> None:
    work.home.registry.unlink()
    work.home.registry.mkdir()


def mark_lost(work: Work) -> None:
    work.home.home_mark.unlink()


def home_renamed(work: Work) -> None:
    target = work.home.path.with_name("elsewhere")
    work.home.path.rename(target)
    work.home = Home(target)


def start_notes_garbled(work: Work) -> None:
    blackboard_missing_and_nobody(work)
    for path in work.home.runs.glob("*/agents/*/*/*.json"):
        path.write_text("[" if path.name == "start.json" else '{"pid": "no number", "seen": 7}')


def runners_killed(work: Work) -> None:
    blackboard_missing_and_nobody(work)
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            command = process.cmdline()
            if any("agents.runner" in part for part in command) and str(work.home.path) in command[-1]:
                process.kill()


def runners_stopped(work: Work) -> None:
    hung(work)
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            command = process.cmdline()
            if any("agents.runner" in part for part in command) and str(work.home.path) in command[-1]:
                process.suspend()


WHOLE = (
    *(hung, nobody, wrong_settings, blackboard_missing, blackboard_missing_and_nobody, blackboard_corrupt),
    *(blackboard_replaced, project_removed, registry_unreadable, mark_lost, home_renamed),
    *(start_notes_garbled, runners_killed, runners_stopped),
)
UNWRITTEN = (home_database_corrupt, home_database_corrupt_and_nobody, home_database_missing)
AT_ONCE = (hung, home_database_corrupt)
"""The others are drills."""


def _each(faults: tuple[Callable[[Work], None], ...]) -> list[Any]:
    return [
        pytest.param(fault, id=fault.__name__, marks=() if fault in AT_ONCE else pytest.mark.drill) for fault in faults
    ]


@pytest.mark.parametrize("fault", _each(WHOLE))
def test_everything_is_stopped_for_certain_whatever_became_of_the_files(
    work: Work, fault: Callable[[Work], None]
) -> None:
    fault(work)
    done = work.call("estop", "--json")
    assert work.held() == []
    assert (work.alive("quant"), work.alive("other")) == (0, 0)
    assert (done.code, done.record["estopped"], done.record["alive"]) == (0, True, []), done
    assert set(done.record["stopped"]) == set(work.sessions.values())


@pytest.mark.parametrize("fault", _each(UNWRITTEN))
def test_a_stop_that_cannot_be_written_stops_all_the_same_and_says_that_new_work_may_start(
    work: Work, fault: Callable[[Work], None]
) -> None:
    fault(work)
    done = work.call("estop", "--json")
    assert work.held() == []
    assert (work.alive("quant"), work.alive("other")) == (0, 0)
    assert (done.code, done.record["estopped"], done.record["alive"]) == (5, False, []), done
    assert "new work" in done.err
    assert "paused instead: other, quant" in done.err
    for name in work.tasks:
        assert work.team.db(name).execute("SELECT paused_at FROM project").fetchone()[0] is not None
    assert at_work(work.home) == {}


@pytest.mark.drill
@pytest.mark.parametrize(
    "fault", [blackboard_missing, blackboard_replaced, project_removed, hung], ids=lambda f: f.__name__
)
def test_an_emergency_stop_of_one_project_finds_its_agents_by_their_locks_and_no_others(
    work: Work, fault: Callable[[Work], None]
) -> None:
    fault(work)
    done = work.call("estop", "--project", "quant", "--json")
    assert (work.alive("quant"), work.alive("other") > 0) == (0, True)
    assert done.record["alive"] == []
    assert done.record["stopped"] == [work.sessions["quant"]]
    written = fault in (hung, blackboard_replaced)
    assert (done.code, done.record["estopped"]) == ((0, True) if written else (5, False)), done
    assert work.call("estop").code == 0


def test_a_scheduler_that_goes_on_after_it_was_stopped_starts_nothing(work: Work) -> None:
    hung(work)
    assert work.call("estop").code == 0
    work.scheduler.send_signal(signal.SIGCONT)
    eventually(lambda: all(s.gone_at for n, t in work.tasks.items() for s in sessions_of(work.team.db(n), t.id)))
    status = json.loads(work.call("status", "--json").out)
    assert status["active_sessions"] == 0
    for name, task in work.tasks.items():
        (session,) = sessions_of(work.team.db(name), task.id)
        assert (session.status, session.counted, work.team.status(task, name)) == ("cancelled", 0, "pending")
    assert work.held() == []


@pytest.mark.drill
def test_a_full_disk_does_not_hold_up_the_stop(work: Work) -> None:
    """No byte may be written, as on a full disk: by a limit, which needs no mount."""
    command = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *work.team.command("estop", "--json")]
    work.scheduler.send_signal(signal.SIGSTOP)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert work.held() == []
    assert (work.alive("quant"), work.alive("other")) == (0, 0)
    found = json.loads(done.stdout)
    assert (done.returncode, found["estopped"], found["alive"]) == (5, False, []), done
    assert "new work may start" in done.stderr


@pytest.mark.drill
@pytest.mark.parametrize("who", ["in charge", "nobody"])
def test_a_real_full_disk_does_not_hold_up_the_stop(tmp_path: Path, who: str) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(place)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("nothing can be mounted here")
    work = None
    try:
        work = Work(place / "home")
        if who == "nobody":
            work.kill_scheduler()
        with suppress(OSError), (place / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        done = work.call("estop", "--json")
        assert (work.alive("quant"), work.alive("other")) == (0, 0)
        assert work.held() == []
        assert done.record["alive"] == []
        (place / "filler").unlink()
    finally:
        if work is not None:
            work.close()
        subprocess.run(["umount", "-l", str(place)], check=False)
