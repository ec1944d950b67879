"""Promises that keeping house beside a live connection drops none of its locks, and that a hanging NAS holds up only itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import open_home
from console.blackboard.reads.notes import open_alerts
from console.errors import ConfigError
from console.keeping.backup import back_up
from console.keeping.copies import folder_of, listed
from console.keeping.destination import MARK, bring
from console.keeping.keeper import Keeper
from console.keeping.living import Lock, living, lock_of, started
from console.keeping.notify import Notifier
from console.keeping.retention import clean
from console.knowledge.skills import check as check_skill
from console.knowledge.skills import install, new
from console.settings import Backup, Notify, Retention
from tests.homes import SUBMITS, TeamHome, eventually
from tests.repository import ROOT

NOON = 1_732_104_000_000
HOUR = 3_600_000


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    for n in range(10):
        made.task(f"task {n}")
    yield made
    made.close()


def posix_locks(folder: Path) -> list[str]:
    """What the kernel says that this process has locked in `folder`, by POSIX locks."""
    inodes = {str(path.stat().st_ino) for path in folder.iterdir()}
    lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    ours = [w for w in lines if "POSIX" in w and str(os.getpid()) in w]
    return sorted(" ".join(w[1:]) for w in ours if any(part.rpartition(":")[2] in inodes for part in w))


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the table of locks is Linux's")
def test_no_chore_of_this_process_drops_a_lock_of_its_connections(team: TeamHome, tmp_path: Path) -> None:
    db, folder = team.db(), team.home.project_folder("quant")
    nas = tmp_path / "nas"
    nas.mkdir()
    db.execute("BEGIN")
    db.execute("SELECT count(*) FROM tasks").fetchone()
    before = posix_locks(folder)
    assert before, "a reader holds locks"
    policy = Backup(destination=nas)
    for n in range(2):
        assert [o.problem for o in back_up(team.home, policy, now=NOON + n)] == [None, None]
        assert bring(team.home, policy, nas, now=NOON).problem is None
        assert posix_locks(folder) == before
    notifier = Notifier(team.home)
    assert notifier.poll(NOON, Notify(command=("true",)))
    notifier.close(10)
    clean(team.home, Retention(events_days=0), inbox=team.home.inbox / "daemon.jsonl", now=NOON)
    assert posix_locks(folder) == before
    db.execute("COMMIT")


_WRITER = """
import sys
from pathlib import Path
from console.blackboard.connection import open_project
from console.blackboard.writes.tasks import NewTask, create_task
from tests.homes import BOSS
for n in range(60):
    db = open_project(Path(sys.argv[1]))
    create_task(db, NewTask(title=f"n {n}"), by=BOSS, now=n)
    db.close()
"""


def test_short_writers_beside_a_process_that_backs_up_lose_nothing(team: TeamHome) -> None:
    db, folder = team.db(), team.home.project_folder("quant")
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], cwd=ROOT) for _ in range(2)]
    n = 0
    while any(writer.poll() is None for writer in writers):
        team.task("mine")
        assert back_up(team.home, Backup(keep_hourly=1), project="quant", now=NOON + n)[0].problem is None
        n += 1
    assert [writer.returncode for writer in writers] == [0, 0]
    assert db.execute("SELECT count(*) FROM tasks").fetchone()[0] == 10 + 2 * 60 + n
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_destination_that_hangs_stops_no_backup_and_is_told(team: TeamHome, tmp_path: Path) -> None:
    nas = tmp_path / "nas"
    nas.mkdir()
    os.mkfifo(nas / MARK)  # whoever reads it waits for ever, as on a share whose server is gone
    policy, keeper = Backup(destination=nas), Keeper(team.home)

    def alerts() -> list[str | None]:
        with closing(open_home(team.home.state_db)) as db:
            return [alert.cause for alert in open_alerts(db)]

    os.utime(team.home.home_mark, (0, 0))
    for n in (1, 2, 3):
        assert keeper.poll(NOON + n * HOUR, policy)
        eventually(lambda: not keeper.busy)
    eventually(lambda: alerts() == ["backup-destination"])
    assert len(listed(folder_of(team.home, "quant"))) == 3
    (hanging,) = [t for t in threading.enumerate() if t.name == "moziplus-backup-destination"]
    (nas / MARK).open("w").close()
    hanging.join(10)
    assert not hanging.is_alive()


@pytest.mark.parametrize("name", ["alive.lock", "start.json"])
def test_a_database_that_an_agent_links_into_its_folder_keeps_its_locks_whoever_asks_who_lives(
    team: TeamHome, name: str
) -> None:
    folder = team.home.runs / "r" / "agents" / "dev" / "s"
    folder.mkdir(parents=True)
    path = team.home.project_folder("quant") / "blackboard.db"
    (folder / name).hardlink_to(path)
    db = team.db()
    db.execute("BEGIN IMMEDIATE")
    assert (living(team.home), living(team.home, "quant"), started(folder)) == ([], [], {})
    assert lock_of(folder) is (Lock.UNKNOWN if name == "alive.lock" else Lock.MISSING)
    assert _locked(path), "the lock was dropped"
    db.execute("ROLLBACK")


def test_a_skill_whose_files_are_links_to_a_database_keeps_its_locks_and_hard_links_of_installers_are_read(
    team: TeamHome, tmp_path: Path
) -> None:
    path, skill = team.home.project_folder("quant") / "blackboard.db", tmp_path / "fees"
    new(tmp_path, "fees", description="Count fees once.")
    (skill / "twice").hardlink_to(skill / "SKILL.md")
    assert check_skill(skill).problems == ()
    for name in ("SKILL.md", "meta.yaml", "template.md"):
        (skill / name).unlink(missing_ok=True)
        (skill / name).hardlink_to(path)
    db = team.db()
    db.execute("BEGIN IMMEDIATE")
    [problem] = check_skill(skill).problems
    assert "expected a plain file, found something else (it is a database" in problem
    with pytest.raises(ConfigError):
        install(team.home, "fees", skill)
    assert _locked(path), "the lock was dropped"
    db.execute("ROLLBACK")


def _locked(path: Path) -> bool:
    """Whether another process finds the database locked."""
    code = "import sqlite3,sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    return b"locked" in subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True).stderr
