"""Promises that what cannot be read is said with its reason, and that everything else is shown all the same."""

from __future__ import annotations

import json
import os
import plistlib
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.connection import create_project, open_project, write
from console.clock import iso
from console.engine.hanging import hangs, is_hung, unpublished
from console.engine.in_charge import HEADLESS, Holder, holder, last_beat, take
from console.engine.status import collect
from console.home import Home
from console.open_files import WANTED
from console.services import launchd, systemd
from console.services.plan import ServicePlan
from console.settings import load_settings
from tests.homes import SUBMITS, TeamHome, eventually

ROOT = Path(__file__).parents[2]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"quick": SUBMITS}, projects=("bad", "good"))
    yield made
    made.close()


def _status(team: TeamHome, code: int = 0) -> dict[str, Any]:
    done = team.cli("status", "--json")
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_status_on_wrong_settings_shows_everything_and_what_is_wrong(team: TeamHome) -> None:
    team.task(project="good")
    (team.home.config / "default.yaml").write_text("daemon: {tick_interval: soon}\n")
    found = _status(team, code=2)
    assert found["projects"]["good"]["tasks_summary"]["pending"] == 1
    assert "tick_interval" in found["problems"][0] and found["tick_interval_seconds"] == 30
    shown = team.cli("status")
    assert shown.returncode == 2 and "good: 1 pending" in shown.stdout and "PROBLEM: " in shown.stdout
    assert "tick_interval" in shown.stderr


def test_status_names_a_project_whose_settings_are_wrong_and_shows_its_tasks(team: TeamHome) -> None:
    team.task(project="bad")
    (team.home.project_folder("bad") / "config" / "project.yaml").write_text("project: {agnets: []}\n")
    found = _status(team)
    assert "agnets" in found["projects"]["bad"]["problem"] and found["projects"]["good"]["problem"] is None
    assert found["projects"]["bad"]["tasks_summary"]["pending"] == 1
    assert "agnets" in team.cli("status").stdout


def test_status_without_the_homes_database_says_what_is_not_known_and_shows_the_projects(team: TeamHome) -> None:
    team.task(project="good")
    for log in team.home.state.glob("moziplus.db-*"):
        log.unlink()
    team.home.state_db.write_text("this is no database, " * 500)
    found = _status(team)
    assert "home's database cannot be read" in found["problems"][0]
    assert found["projects"]["good"]["tasks_summary"]["pending"] == 1


@pytest.mark.parametrize("command", [("status", "--json"), ("task", "list", "--project", "bad"), ("doctor",)])
def test_a_command_that_only_reads_leaves_an_older_blackboard_as_it_is(
    team: TeamHome, command: tuple[str, ...]
) -> None:
    database = _make_old(team.home.project_folder("bad"))
    with closing(sqlite3.connect(database)) as db:
        before = db.execute("SELECT name FROM sqlite_schema ORDER BY name").fetchall()
    done = team.cli(*command)
    assert (
        "old work" in done.stdout or "1 pending" in done.stdout or '"pending": 1' in done.stdout or done.returncode <= 1
    )
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT name FROM sqlite_schema ORDER BY name").fetchall() == before


def test_whoever_takes_charge_brings_an_older_blackboard_up_to_date_and_keeps_a_copy_first(team: TeamHome) -> None:
    database = _make_old(team.home.project_folder("bad"))
    assert team.run() == 0
    with closing(open_project(database.parent)) as db:
        assert db.original is None
        assert db.execute("SELECT count(*) FROM tasks WHERE kind = 'work'").fetchone()[0] == 1
    copies = list((team.home.backups / "bad").glob("*.db"))
    with closing(sqlite3.connect(copies[0])) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)


def _make_old(folder: Path) -> Path:
    database = folder / "blackboard.db"
    for file in folder.glob("blackboard.db*"):
        file.unlink()
    old = ROOT / "tests" / "integration" / "blackboard" / "old" / "schema_1.sql"
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(old.read_text("utf-8"))
        db.execute("PRAGMA application_id = 1836022377")
        db.execute("PRAGMA user_version = 1")
        db.execute("INSERT INTO project (id, project, epoch, created_at, updated_at) VALUES (1, 'bad', 'e', 1, 1)")
        db.execute("INSERT INTO tasks (title, created_at, updated_at) VALUES ('old work', 1, 1)")
    return database


def test_a_scheduler_whose_lock_is_touched_does_not_hang_though_it_cannot_publish(tmp_path: Path) -> None:
    who = Holder(pid=1, host="here", since=1_000_000, mode=HEADLESS, version="1")
    assert is_hung(who, None, 30, 1_000_000 + 90_001)
    assert not is_hung(who, None, 30, 1_000_000 + 90_001, 1_000_000 + 60_000)
    home = Home(tmp_path / "home").create()
    held = take(home, mode=HEADLESS)
    assert held is not None
    os.utime(home.in_charge_lock, (5, 5))
    held.beat()
    assert last_beat(home) > 1_600_000_000_000
    late = _Later(held.holder.since + 200_000)
    os.utime(home.in_charge_lock, (late.now() / 1000, late.now() / 1000))
    found = collect(home, load_settings(home, {}), late)
    assert not found.hung and "could not publish" in found.problems[0]
    held.release()


class _Later:
    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._now / 1000

    def continuous(self) -> float:
        return self._now / 1000


def test_doctor_tries_a_write_and_names_who_keeps_a_blackboard_locked(team: TeamHome) -> None:
    assert "the blackboard of bad is whole" in team.cli("doctor").stdout
    with closing(open_project(team.home.project_folder("bad"))) as db, write(db):
        told = team.cli("doctor").stdout
    assert f"pid {os.getpid()} keeps it locked" in told and "the blackboard of good is whole" in told


@pytest.mark.drill
def test_two_hundred_projects_are_scheduled_and_shown_under_a_limit_of_256_open_files(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "home", {"quick": SUBMITS}, projects=())
    for number in range(200):
        folder = team.home.projects / f"p{number}"
        (folder / "config").mkdir(parents=True)
        (folder / "config" / "project.yaml").write_text("project: {agents: [quick]}\n")
        create_project(folder, folder.name, 1)
    task = team.task(project="p199", assignee="quick")
    team.close()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)); "
    script = f"{limit}import sys; from console.cli.main import main; sys.argv[0] = 'moziplus'; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "--home", str(team.home.path), "run", "--until-idle"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "set aside" not in done.stderr and "too many" not in done.stderr
    assert team.status(task, "p199") == "done"
    team.close()


def test_service_files_ask_for_enough_open_files(tmp_path: Path) -> None:
    plan = ServicePlan(name="moziplus", home=tmp_path, program=("moziplus",), environment={})
    text = launchd.text(plan)
    job = plistlib.loads(text.encode())
    assert job["SoftResourceLimits"]["NumberOfFiles"] == job["HardResourceLimits"]["NumberOfFiles"] == WANTED
    assert f"LimitNOFILE={WANTED}" in systemd.text(plan)


def test_a_silent_scheduler_does_not_hang_where_its_disk_takes_no_writes_unless_its_process_stands(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home").create()
    sleeper = subprocess.Popen(["sleep", "60"])
    who = Holder(pid=sleeper.pid, host=socket.gethostname(), since=1_000_000, mode=HEADLESS, version="1")
    late = 1_000_000 + 90_001

    def refused(folder: Path) -> str:
        return f"{folder.name} is read-only"

    try:
        assert hangs(home, who, None, 30, late) and unpublished(home, who, None, 30, late) is None
        assert not hangs(home, who, None, 30, late, refused=refused)
        assert "state is read-only" in str(unpublished(home, who, None, 30, late, refused=refused))
        sleeper.send_signal(signal.SIGSTOP)
        eventually(lambda: hangs(home, who, None, 30, late, refused=refused))
    finally:
        sleeper.kill()
        sleeper.wait()
    assert not list(home.state.glob(".try-*"))


def test_a_jump_of_the_time_of_day_is_no_full_disk(team: TeamHome) -> None:
    held = take(team.home, mode=HEADLESS)
    assert held is not None
    try:
        held.beat()
        beat, who = last_beat(team.home), holder(team.home)
        assert who is not None
        ticked, long_ago = iso(beat), iso(beat - 600_000)
        for later in (beat + 3_600_000, beat + 86_400_000):
            assert unpublished(team.home, replace(who, since=0), ticked, 30, later) is None
            assert "could not publish its status" in str(
                unpublished(team.home, replace(who, since=0), long_ago, 30, later)
            )
    finally:
        held.release()
