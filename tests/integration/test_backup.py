"""Promises of `moziplus backup`: whole checked copies of what is in use, a bad one never pushes out a good one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.backup import examine
from console.blackboard.connection import open_home
from console.blackboard.reads.notes import open_alerts
from console.keeping.backup import back_up, backing_up
from console.keeping.copies import HOME_NAME, folder_of, listed
from console.keeping.destination import bring
from console.settings import Backup
from tests.homes import CLOCK, SUBMITS, TeamHome
from tests.program import moziplus
from tests.repository import ROOT

POLICY = Backup()
NOON = 1_732_104_000_000
HOUR = 3_600_000


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS}, projects=("quant", "other"))
    for n in range(10):
        made.task(f"task {n}")
    yield made
    made.close()


def causes(team: TeamHome) -> list[str | None]:
    with closing(open_home(team.home.state_db)) as db:
        return [alert.cause for alert in open_alerts(db)]


def the_copy(team: TeamHome, project: str = "quant") -> Path:
    return listed(folder_of(team.home, project))[0].path


def test_every_project_and_the_home_are_copied_whole_private_and_in_one_file(team: TeamHome) -> None:
    done = moziplus("backup", "--json", home=team.home.path)
    assert done.code == 0, done.err
    assert [(row["project"], row["tasks"], row["problem"]) for row in done.records] == [
        ("other", 0, None), ("quant", 10, None), (None, 0, None)
    ]  # fmt: skip
    for project in ("quant", "other", HOME_NAME):
        (copy,) = listed(folder_of(team.home, project))
        assert [stat.S_IMODE(p.stat().st_mode) for p in (copy.path.parent, copy.path, copy.told)] == [
            0o700,
            0o600,
            0o600,
        ]
        assert sorted(p.name for p in copy.path.parent.iterdir()) == sorted([copy.path.name, copy.told.name])
    assert examine(the_copy(team)).tasks == {"pending": 10}
    told = json.loads(the_copy(team).with_suffix(".json").read_text())
    assert (told["tasks"], told["project"], len(told["epoch"]), len(told["sha256"])) == (
        {"pending": 10},
        "quant",
        36,
        64,
    )
    assert "agents" in told["settings"]
    with closing(sqlite3.connect(f"file:{the_copy(team)}?mode=ro&immutable=1", uri=True)) as db:
        assert db.execute("SELECT count(*) FROM tasks").fetchone() == (10,)
    listing = moziplus("backup", "--list", "--json", home=team.home.path).records
    assert {(row["project"], row["tasks"], row["safety"]) for row in listing} == {
        ("quant", 10, False), ("other", 0, False), (None, 0, False)
    }  # fmt: skip


_WRITER = """
import sys
from pathlib import Path
from console.blackboard.connection import open_project
from console.blackboard.writes.tasks import NewTask, create_task
from tests.homes import BOSS
db = open_project(Path(sys.argv[1]))
n = 0
while True:
    print(create_task(db, NewTask(title=f"n {n}"), by=BOSS, now=n).id, flush=True)
    n += 1
"""


def test_copies_made_while_others_write_hold_all_that_was_acknowledged_before(team: TeamHome) -> None:
    folder = team.home.project_folder("quant")
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [0]

    def listen(writer: subprocess.Popen[str]) -> None:
        assert writer.stdout is not None
        for line in writer.stdout:
            said[0] = max(said[0], int(line))

    listeners = [threading.Thread(target=listen, args=(writer,), daemon=True) for writer in writers]
    for listener in listeners:
        listener.start()
    for n in range(5):
        before = said[0]
        (outcome,) = back_up(team.home, POLICY, project="quant", now=NOON + n)
        assert outcome.copy is not None, outcome
        with closing(sqlite3.connect(outcome.copy.path)) as db:
            ids = [row[0] for row in db.execute("SELECT id FROM tasks ORDER BY id")]
            assert ids == list(range(1, len(ids) + 1)), "nothing is missing in between"
            assert len(ids) >= before
            assert db.execute("SELECT sum(n) FROM counts").fetchone() == (len(ids),)
    for writer in writers:
        writer.kill()
        writer.wait()
    for listener in listeners:
        listener.join(10)


@pytest.mark.parametrize("point", ["backup.copied", "backup.checked", "backup.told", "backup.renamed"])
def test_a_backup_that_is_killed_leaves_no_half_copy_and_the_next_one_is_whole(team: TeamHome, point: str) -> None:
    died = moziplus("backup", "--project", "quant", home=team.home.path, MOZIPLUS_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    for copy in listed(folder_of(team.home, "quant")):
        assert examine(copy.path).task_count == 10
    assert [o.problem for o in back_up(team.home, POLICY, now=CLOCK.now())] == [None] * 3
    for copy in listed(folder_of(team.home, "quant")):
        assert (examine(copy.path).task_count, copy.told.exists()) == (10, True)
    left = [p.name for p in folder_of(team.home, "quant").iterdir() if ".tmp" in p.name or p.name.startswith(".")]
    assert left == []


def test_a_blackboard_that_lost_most_of_its_tasks_pushes_out_no_copy_until_that_is_accepted(team: TeamHome) -> None:
    policy = Backup(keep_hourly=1, keep_daily=0, keep_weekly=0)
    back_up(team.home, policy, now=NOON)
    good = the_copy(team)
    team.db().execute("DELETE FROM tasks WHERE id > 4")
    outcomes = {o.project: o for o in back_up(team.home, policy, now=NOON + HOUR)}
    assert "10" in (outcomes["quant"].problem or "")
    assert outcomes["other"].problem is None
    assert the_copy(team) == good
    back_up(team.home, policy, now=NOON + 2 * HOUR)
    assert causes(team) == ["backup-shrunk:quant"]
    assert moziplus("backup", "--project", "quant", home=team.home.path).code == 1
    back_up(team.home, policy, accept=True, now=CLOCK.now())
    assert examine(the_copy(team)).task_count == 4
    assert causes(team) == []


def test_half_of_the_tasks_is_still_believed(team: TeamHome) -> None:
    back_up(team.home, POLICY, now=NOON)
    team.db().execute("DELETE FROM tasks WHERE id > 5")
    assert [o.problem for o in back_up(team.home, POLICY, now=NOON + HOUR)] == [None] * 3


def test_a_damaged_project_is_told_and_the_others_are_copied(team: TeamHome) -> None:
    back_up(team.home, POLICY, now=NOON)
    good = the_copy(team)
    team.close()
    damage(team.home.project_folder("quant") / "blackboard.db")
    outcomes = {o.project: o for o in back_up(team.home, POLICY, now=NOON + HOUR)}
    assert "corrupt" in (outcomes["quant"].problem or "")
    assert outcomes["other"].problem is None
    assert (the_copy(team), causes(team)) == (good, ["backup:quant"])
    shutil.rmtree(team.home.project_folder("quant"))
    back_up(team.home, POLICY, now=NOON + 2 * HOUR)
    assert causes(team) == [], "what is gone alarms nobody"


def damage(path: Path) -> None:
    """Write over pages in the middle, so that it opens and is wrong inside."""
    for name in (f"{path}-wal", f"{path}-shm"):
        Path(name).unlink(missing_ok=True)
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(4096 * 20))


def test_an_absent_destination_keeps_the_copies_here_with_one_alert_that_ends(team: TeamHome, tmp_path: Path) -> None:
    nas = tmp_path / "nas"
    policy = Backup(destination=nas)
    for n in range(2):
        back_up(team.home, policy, now=NOON + n * HOUR)
        assert "is not there" in (bring(team.home, policy, nas, now=NOON + n * HOUR).problem or "")
    assert (causes(team), nas.exists()) == (["backup-destination"], False)
    nas.mkdir()
    assert bring(team.home, policy, nas, now=NOON + 2 * HOUR).copies == 6, "what was kept here goes there, too"
    assert causes(team) == []
    assert [c.path.name for c in listed(nas / "quant")] == [c.path.name for c in listed(folder_of(team.home, "quant"))]
    assert examine(listed(nas / "quant")[0].path).task_count == 10
    assert bring(team.home, policy, nas, now=NOON + 3 * HOUR).copies == 0


def test_an_unmounted_folder_that_looks_empty_is_not_written_to(team: TeamHome, tmp_path: Path) -> None:
    nas = tmp_path / "nas"
    nas.mkdir()
    back_up(team.home, POLICY, now=NOON)
    assert bring(team.home, POLICY, nas, now=NOON).problem is None
    shutil.move(nas, tmp_path / "unmounted")
    nas.mkdir()
    outcome = bring(team.home, Backup(destination=nas), nas, now=NOON)
    assert "has lost its mark" in (outcome.problem or "")
    assert list(nas.iterdir()) == []
    assert moziplus("backup", "--to", str(nas), home=team.home.path).code == 0, "said by hand, it is meant"
    other = TeamHome(tmp_path / "second", {"dev": SUBMITS})
    refused = bring(other.home, POLICY, nas, now=NOON)
    assert "another home" in (refused.problem or "")


def test_a_copy_that_arrives_half_is_not_taken_for_one(team: TeamHome, tmp_path: Path) -> None:
    nas = tmp_path / "nas"
    nas.mkdir()
    died = moziplus("backup", "--to", str(nas), home=team.home.path, MOZIPLUS_CRASH_AT="backup.brought")
    assert died.code == -signal.SIGKILL
    assert [copy for place in nas.iterdir() if place.is_dir() for copy in listed(place)] == []
    assert bring(team.home, POLICY, nas, now=NOON).problem is None
    assert {examine(copy.path).task_count for copy in listed(nas / "quant")} == {10}


def test_two_backups_at_once_are_refused_and_an_absent_folder_ends_with_5(team: TeamHome, tmp_path: Path) -> None:
    with backing_up(team.home):
        done = moziplus("backup", home=team.home.path)
        assert (done.code, "under way" in done.err) == (4, True)
    done = moziplus("backup", "--to", str(tmp_path / "nowhere"), home=team.home.path)
    assert (done.code, "is not there" in done.err) == (5, True)
    assert examine(the_copy(team)).task_count == 10
    assert moziplus("backup", "--project", "nobody", home=team.home.path).code == 3
