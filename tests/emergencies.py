"""Makes a home with agents at work that do not want to end, and what may happen to its files. Nothing here is a test.

Everything is real: schedulers, agents, locks, databases.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import psutil

from console.blackboard.reads.sessions import present_sessions
from console.home import Home
from console.keeping.backup import back_up
from console.keeping.copies import folder_of, listed
from console.settings import Backup
from tests.forked import Done
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

    def settled(self, project: str) -> list[tuple[str, int]]:
        """(status, counted) of its sessions that are gone."""
        with closing(sqlite3.connect(self.home.project_folder(project) / "blackboard.db")) as db:
            return db.execute("SELECT status, counted FROM sessions WHERE gone_at IS NOT NULL").fetchall()

    def is_settled(self, project: str) -> bool:
        return bool(self.settled(project))

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

    def call(self, *arguments: str) -> Done:
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
        for process in runners(self):  # one whose folder is gone waits for room to say how it ended
            with suppress(psutil.Error):
                process.kill()


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
    """A scheduler that can still look makes it anew at once, and then sees the stop in it."""
    hung(work)
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


def runners(work: Work) -> list[psutil.Process]:
    """Those of its sessions."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            command = process.cmdline()
            if any("agents.runner" in part for part in command) and Path(command[-1]).name in work.sessions.values():
                found.append(process)
    return found


def kill_runner(work: Work, project: str) -> None:
    """Its agent is left alone."""
    for process in runners(work):
        if work.sessions[project] in process.cmdline()[-1]:
            process.kill()
            process.wait(10)


def runners_killed(work: Work) -> None:
    blackboard_missing_and_nobody(work)
    for process in runners(work):
        process.kill()


def runners_stopped(work: Work) -> None:
    hung(work)
    for process in runners(work):
        process.suspend()
