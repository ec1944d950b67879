"""Promises that one bad project, file or disk stops nothing else, is told once, and is forgotten when it is mended."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import open_home
from console.blackboard.gate import closed_for_moving
from console.blackboard.reads.notes import observations, open_alerts
from console.engine.host import EmbeddedScheduler
from console.making import NewProject, make_project
from console.records.alert import Observation
from tests.homes import QUICK, SUBMITS, TeamHome, eventually


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"a": SUBMITS, "b": SUBMITS}, projects=("bad", "good"))
    yield made
    made.close()


@pytest.fixture
def running(team: TeamHome) -> Iterator[EmbeddedScheduler]:
    scheduler = EmbeddedScheduler(team.home)
    scheduler.start()
    eventually(lambda: scheduler.in_charge)
    yield scheduler
    assert scheduler.stop()
    assert scheduler.failure is None


def _alerts(team: TeamHome, cause: str) -> list[Observation]:
    with closing(open_home(team.home.state_db)) as db:
        return [found for found in observations(db) if found.cause == cause]


def _save(file: Path, text: str) -> None:
    """As an editor does: never half written."""
    draft = file.with_name(f".{file.name}")
    draft.write_text(text)
    draft.replace(file)


def _corrupt(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))


def _not_ours(path: Path) -> None:
    path.write_text("this is no database, " * 500)


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 999")


def _missing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [_corrupt, _not_ours, _newer, _missing])
def test_a_bad_blackboard_is_set_aside_with_one_alert_and_the_others_go_on(
    team: TeamHome, harm: Callable[[Path], None]
) -> None:
    lost = team.task(project="bad")
    team.close()
    database = team.home.project_folder("bad") / "blackboard.db"
    for log in database.parent.glob("blackboard.db-*"):
        log.unlink()
    kept = database.with_suffix(".kept")
    shutil.copy(database, kept)
    harm(database)
    task = team.task(project="good")
    scheduler = EmbeddedScheduler(team.home)
    scheduler.start()
    eventually(lambda: team.status(task, "good") == "done")
    eventually(lambda: len(_alerts(team, "set-aside:bad")) == 1)
    (alert,) = _alerts(team, "set-aside:bad")
    assert (alert.level, alert.ended_at) == ("urgent", None)
    found = team.cli("status", "--json")
    assert found.returncode == 0 and '"set_aside": "' in found.stdout
    kept.replace(database)
    eventually(lambda: team.status(lost, "bad") == "done")
    eventually(lambda: _alerts(team, "set-aside:bad")[0].ended_at is not None)
    assert len(_alerts(team, "set-aside:bad")) == 1
    assert scheduler.stop()


def test_a_project_that_does_not_answer_is_skipped_until_it_does(team: TeamHome, running: EmbeddedScheduler) -> None:
    hold = (
        "import sqlite3, sys, time\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)\n"
        "db.execute('PRAGMA locking_mode = EXCLUSIVE'); db.execute('BEGIN EXCLUSIVE')\n"
        "print('held', flush=True); sys.stdin.readline()\n"
    )
    late = team.task(project="bad")
    eventually(lambda: team.status(late, "bad") == "done" and not team.present("bad"))
    database = str(team.home.project_folder("bad") / "blackboard.db")
    running.stop()
    team.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    again = EmbeddedScheduler(team.home)
    again.start()
    eventually(lambda: again.in_charge)
    waits = []
    for _ in range(5):
        task = team.task(project="good")
        asked = time.monotonic()
        eventually(lambda task=task: team.status(task, "good") != "pending")  # type: ignore[misc]
        waits.append(time.monotonic() - asked)
        eventually(lambda task=task: team.status(task, "good") == "done")  # type: ignore[misc]
    assert min(waits) < 1.5, f"it waits for nobody's lock, however busy the machine is: {waits}"
    holder.stdin.write("\n")
    holder.stdin.close()
    holder.wait(10)
    back = team.task(project="bad")
    eventually(lambda: team.status(back, "bad") == "done")
    assert again.stop()


def test_wrong_settings_keep_the_last_good_ones_until_they_are_mended(
    team: TeamHome, running: EmbeddedScheduler
) -> None:
    file = team.home.config / "default.yaml"
    good = file.read_text()
    _save(file, "daemon: {tick_interval: never}")
    eventually(lambda: len(_alerts(team, "config")) == 1)
    assert "tick_interval" in _alerts(team, "config")[0].body
    task = team.task(project="good")
    eventually(lambda: team.status(task, "good") == "done")
    _save(file, "daemon: {tick_interval: soon}")
    eventually(lambda: len(_alerts(team, "config")) == 2)
    newer, older = _alerts(team, "config")
    assert "found `soon`" in newer.body and (newer.ended_at, older.ended_at is not None) == (None, True)
    _save(file, good)
    eventually(lambda: _alerts(team, "config")[0].ended_at is not None)
    assert len(_alerts(team, "config")) == 2


def test_a_console_opened_on_wrong_settings_takes_charge_once_they_are_mended(team: TeamHome) -> None:
    file = team.home.config / "default.yaml"
    good = file.read_text("utf-8")
    file.write_text("agnts: {}\n", "utf-8")
    scheduler = EmbeddedScheduler(team.home)
    scheduler.start()
    try:
        task = team.task(project="good")
        assert "agnts" in team.cli("config", "check").stderr
        assert scheduler.alive and not scheduler.in_charge
        file.write_text(good, "utf-8")
        eventually(lambda: team.status(task, "good") == "done", 30.0)
    finally:
        assert scheduler.stop()


def test_a_project_with_wrong_settings_keeps_its_last_good_ones(team: TeamHome, running: EmbeddedScheduler) -> None:
    file = team.home.project_folder("bad") / "config" / "project.yaml"
    good = file.read_text()
    first = team.task(project="bad")
    eventually(lambda: team.status(first, "bad") == "done")
    _save(file, "project: [what]")
    eventually(lambda: len(_alerts(team, "config:bad")) == 1)
    task = team.task(project="bad")
    eventually(lambda: team.status(task, "bad") == "done")
    _save(file, good)
    eventually(lambda: _alerts(team, "config:bad")[0].ended_at is not None)


def test_a_new_project_is_noticed_and_a_moved_one_let_go(team: TeamHome, running: EmbeddedScheduler) -> None:
    make_project(team.home, NewProject(id="late", agents=("a", "b")))
    task = team.task(project="late")
    eventually(lambda: team.status(task, "late") == "done" and not team.present("late"))
    team.close()
    folder = team.home.project_folder("late")
    with closed_for_moving(folder, patience=5.0):
        folder.rename(team.home.projects / "_archived" / "late")
    other = team.task(project="good")
    eventually(lambda: team.status(other, "good") == "done")
    assert _alerts(team, "set-aside:late") == []


def test_nothing_is_started_below_the_free_disk_floor(team: TeamHome) -> None:
    team.configure(
        {**QUICK, "daemon": {**QUICK["daemon"], "free_disk_floor_bytes": "999999GB"}, "agents": {"a": SUBMITS}}
    )
    task = team.task(project="good")
    assert team.run() == 0
    assert team.status(task, "good") == "pending"
    assert len(_alerts(team, "disk")) == 1
    team.configure({**QUICK, "agents": {"a": SUBMITS, "b": SUBMITS}})
    assert team.run() == 0
    assert team.status(task, "good") == "done"
    assert _alerts(team, "disk")[0].ended_at is not None


def test_a_change_is_noticed_at_once_and_not_at_the_next_tick(team: TeamHome, running: EmbeddedScheduler) -> None:
    waits = []
    for _ in range(10):
        task = team.task(project="good")
        asked = time.monotonic()
        eventually(lambda task=task: team.status(task, "good") != "pending")  # type: ignore[misc]
        waits.append(time.monotonic() - asked)
        eventually(lambda task=task: team.status(task, "good") == "done")  # type: ignore[misc]
    assert sorted(waits)[len(waits) // 2] < 1.0, f"most of them, however busy the machine is: {waits}"


def test_what_the_scheduler_fails_to_do_is_told_once_while_it_tries_on_and_ends_when_it_can(
    team: TeamHome, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(team.home.project_folder("good") / "blackboard.db")) as db:
        db.execute(
            "CREATE TRIGGER odd BEFORE UPDATE ON sessions WHEN NEW.gone_at > 0 BEGIN SELECT RAISE(ABORT, 'it is odd'); END"
        )
        db.commit()
        task = team.task(project="good")
        scheduler = EmbeddedScheduler(team.home)
        scheduler.start()
        told = "the scheduler fails to end session, and tries on: it is odd; its log says more"
        eventually(lambda: [one.body for one in open_alerts(team.db("good"))] == [told])
        other = team.task(project="bad")
        eventually(lambda: team.status(other, "bad") == "done")
        assert sum("end session of good, session" in record.message for record in caplog.records) == 1
        db.execute("DROP TRIGGER odd")
        db.commit()
    eventually(lambda: not open_alerts(team.db("good")) and not team.present("good"))
    assert scheduler.stop()
    assert team.status(task, "good") == "done"
