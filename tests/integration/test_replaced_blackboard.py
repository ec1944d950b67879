"""Promises about a database that is deleted, replaced or away under a scheduler: noticed, told, and nothing runs twice."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.home import flags, scheduler_status
from console.blackboard.reads.notes import told_causes
from console.engine.control import Control
from console.engine.host import EmbeddedScheduler
from console.home import Home
from console.making import prepare_home
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome, developer, eventually


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    stays = developer(f"echo $$ >> {tmp_path}/ledger; exec sleep 60")
    made = TeamHome(tmp_path / "home", {"stays": stays, "quick": SUBMITS})
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


def _at_work(tmp_path: Path) -> list[int]:
    ledger = tmp_path / "ledger"
    pids = [int(line) for line in ledger.read_text().split()] if ledger.exists() else []
    return [pid for pid in pids if Path(f"/proc/{pid}").exists() or _alive(pid)]


def _alive(pid: int) -> bool:
    return subprocess.run(["kill", "-0", str(pid)], capture_output=True, check=False).returncode == 0


def _alerts(team: TeamHome) -> dict[str, str]:
    with closing(open_home(team.home.state_db, read_only=True)) as db:
        return told_causes(db)


def test_the_agents_of_a_blackboard_that_was_replaced_are_stopped_before_a_task_of_the_new_one_starts(
    team: TeamHome, running: EmbeddedScheduler, tmp_path: Path
) -> None:
    database = team.home.project_folder("quant") / "blackboard.db"
    waits = team.task("in the copy", assignee="quick", not_before=CLOCK.now() + 86_400_000)
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(database)) as live, closing(sqlite3.connect(copy)) as target:
        live.backup(target)
    lost = team.task("after the copy", assignee="stays")
    eventually(lambda: bool(_at_work(tmp_path)))
    assert (waits.id, lost.id) == (1, 2)
    team.close()
    for log in database.parent.glob("blackboard.db-*"):
        log.unlink()
    copy.replace(database)
    eventually(lambda: "replaced:quant" in _alerts(team))
    assert _at_work(tmp_path) == []
    assert "stays on quant#2" in _alerts(team)["replaced:quant"]
    new = team.task("in the new one", assignee="quick")
    eventually(lambda: team.status(new) == "done")
    assert new.id == 2


def test_a_blackboard_that_is_deleted_is_told_of_and_goes_on_where_it_left_when_it_is_back(
    team: TeamHome, running: EmbeddedScheduler, tmp_path: Path
) -> None:
    folder = team.home.project_folder("quant")
    task = team.task(assignee="stays")
    eventually(lambda: bool(_at_work(tmp_path)))
    team.close()
    away = tmp_path / "away"
    away.mkdir()
    for file in folder.glob("blackboard.db*"):
        file.rename(away / file.name)
    eventually(lambda: "missing" in _alerts(team).get("set-aside:quant", ""))
    assert len(_at_work(tmp_path)) == 1, "what works goes on"
    for file in away.iterdir():
        file.rename(folder / file.name)
    eventually(lambda: "set-aside:quant" not in _alerts(team))
    assert team.status(task) == "working" and len(_at_work(tmp_path)) == 1
    Control(team.home, by=BOSS, clock=CLOCK).estop()


def test_a_homes_database_that_is_deleted_is_made_anew_with_the_pause_that_was_in_force(
    team: TeamHome, running: EmbeddedScheduler, tmp_path: Path
) -> None:
    Control(team.home, by=BOSS, clock=CLOCK).pause(reason="the night")
    task = team.task(assignee="quick")
    eventually(lambda: _seen_paused(team))
    for file in team.home.state.glob("moziplus.db*"):
        file.unlink()
    eventually(lambda: team.home.state_db.exists() and "replaced:home" in _alerts(team))
    with closing(open_home(team.home.state_db)) as db:
        assert flags(db)["pause"]["reason"] == "the night"
    assert team.status(task) == "pending"
    Control(team.home, by=BOSS, clock=CLOCK).resume()
    eventually(lambda: team.status(task) == "done")


def test_a_home_that_is_away_for_a_moment_ends_no_scheduler_and_no_agent_and_no_other_home_is_written(
    team: TeamHome, running: EmbeddedScheduler, tmp_path: Path
) -> None:
    task = team.task(assignee="stays")
    eventually(lambda: bool(_at_work(tmp_path)))
    home, away = team.home.path, tmp_path / "away"
    home.rename(away)
    other = prepare_home(Home(home))
    before = sorted(path.relative_to(home) for path in home.rglob("*"))
    stamps = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
    (other.inbox / "daemon.jsonl").write_text('{"v":1,"kind":"pause","project":""}\n')
    _ticks(running, 3)
    (other.inbox / "daemon.jsonl").unlink()
    assert sorted(path.relative_to(home) for path in home.rglob("*")) == before
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    shutil.rmtree(home)
    away.rename(home)
    after = team.task("after", assignee="quick")
    eventually(lambda: team.status(after) == "done")
    assert running.in_charge and team.status(task) == "working" and len(_at_work(tmp_path)) == 1
    Control(team.home, by=BOSS, clock=CLOCK).estop()


def _seen_paused(team: TeamHome) -> bool:
    """Whether the scheduler itself has published that it is paused."""
    with closing(open_home(team.home.state_db, read_only=True)) as db:
        return bool((scheduler_status(db) or {}).get("paused"))


def _ticks(running: EmbeddedScheduler, number: int) -> None:
    """Wait until it has looked that often."""
    for _ in range(number):
        wakes = running._scheduler._wakes
        assert wakes is not None
        wakes.tell_from_thread("test")
        eventually(lambda wakes=wakes: not wakes._causes)  # type: ignore[misc]


def test_who_keeps_a_blackboard_locked_is_named_in_the_alert(team: TeamHome, tmp_path: Path) -> None:
    database = team.home.project_folder("quant") / "blackboard.db"
    hold = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('PRAGMA locking_mode = EXCLUSIVE'); db.execute('BEGIN EXCLUSIVE')\n"
        "print('held', flush=True); sys.stdin.readline()\n"
    )
    team.task(assignee="quick")
    team.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdin is not None and holder.stdout.readline() == "held\n"
    scheduler = EmbeddedScheduler(team.home)
    scheduler.start()
    eventually(lambda: f"(pid {holder.pid})" in _alerts(team).get("set-aside:quant", ""))
    holder.stdin.close()
    holder.wait(10)
    eventually(lambda: "set-aside:quant" not in _alerts(team))
    assert scheduler.stop()


def test_a_scheduler_says_that_a_newer_moziplus_has_arrived_and_goes_on_with_what_it_may_use(
    team: TeamHome,
) -> None:
    with closing(open_project(team.home.project_folder("quant"))) as db:
        db.execute("CREATE TABLE IF NOT EXISTS schema_level (only_one INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
        db.execute("INSERT OR REPLACE INTO schema_level VALUES (1, 99)")
    task = team.task(assignee="quick")
    assert team.run() == 0
    assert team.status(task) == "done"
    assert "a newer moziplus" in _alerts(team)["update"] and "quant" in _alerts(team)["update"]
