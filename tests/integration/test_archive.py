"""Promises of `project archive|unarchive`: refused while anybody works, everybody lets go, nothing half-done stays so."""

from __future__ import annotations

import queue
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.app.errands import Errands
from console.app.shelf import Shelf
from console.blackboard.connection import open_archived
from console.blackboard.reads.tasks import get_task, state
from console.blackboard.writes.claims import Start, claim_task
from console.errors import Conflict, MoziError, NotFound
from console.keeping.archive import archive, archived_folders, unarchive
from console.registry import folders, in_step
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome, developer, eventually
from tests.program import moziplus
from tests.repository import ROOT

SESSION = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS, "slow": developer("sleep 60")}, projects=("quant", "other"))
    yield made
    made.close()


def put_away(team: TeamHome, project: str = "quant", patience: float = 5.0) -> Path:
    return archive(team.home, project, by=BOSS, now=CLOCK.now(), patience=patience)


def test_an_archived_project_is_put_away_read_only_and_comes_back_as_it_was(team: TeamHome) -> None:
    task = team.task("kept", body="all of it")
    team.close()
    done = moziplus("project", "archive", "quant", "--json", home=team.home.path)
    folder = team.home.projects / "_archived" / "quant"
    assert (done.code, done.record) == (0, {"project": "quant", "archived": True, "folder": str(folder)})
    assert (list(folders(team.home)), list(archived_folders(team.home))) == (["other"], ["quant"])
    assert in_step(team.home)
    writable = [p for p in (folder, *folder.rglob("*")) if p.stat().st_mode & 0o222]
    assert writable == []
    assert not list(folder.glob("blackboard.db-*"))
    db = open_archived(folder)
    assert (get_task(db, task.id).body, state(db).archived) == ("all of it", True)
    db.close()
    (listed,) = moziplus("project", "list", "--archived", "--json", home=team.home.path).records
    assert (listed["id"], listed["open"], listed["problem"]) == ("quant", 1, None)
    back = moziplus("project", "unarchive", "quant", "--json", home=team.home.path)
    assert (back.code, back.record["archived"]) == (0, False)
    assert get_task(team.db(), task.id).body == "all of it"
    assert not state(team.db()).archived
    assert team.run() == 0
    assert team.status(task) == "done"


def test_nothing_can_be_done_with_an_archived_project_and_the_refusal_says_so(team: TeamHome) -> None:
    put_away(team)
    for words in (["task", "create", "--project", "quant", "--title", "x"], ["project", "show", "quant"]):
        done = moziplus(*words, home=team.home.path)
        assert (done.code, "archived" in done.err) == (4, True), done
    again = moziplus("project", "create", "--id", "quant", home=team.home.path)
    assert (again.code, "archived" in again.err) == (4, True)


@pytest.mark.parametrize("external", [True, False])
def test_it_is_refused_while_a_session_is_present_and_the_claim_stays(team: TeamHome, external: bool) -> None:
    task = team.task()
    start = Start(session=SESSION, agent="dev", backend="external" if external else "command")
    claim_task(team.db(), task.id, start, by=BOSS, now=CLOCK.now())
    done = moziplus("project", "archive", "quant", home=team.home.path)
    assert (done.code, f"quant#{task.id}" in done.err) == (4, True)
    assert team.home.project_folder("quant").is_dir()
    assert not state(team.db()).archived


def test_a_claim_and_an_archive_at_once_never_both_succeed(team: TeamHome) -> None:
    task = team.task()
    team.close()
    claim = subprocess.Popen(
        team.command("project", "archive", "quant"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    won = False
    try:
        claim_task(
            team.db(), task.id, Start(session=SESSION, agent="dev", backend="external"), by=BOSS, now=CLOCK.now()
        )
        won = True
    except MoziError:
        pass
    team.close()
    assert (claim.wait(30) == 0) is not won
    assert ("quant" in folders(team.home)) is won


def test_who_holds_the_blackboard_is_waited_for_and_then_named_as_the_reason(team: TeamHome) -> None:
    db = team.db()
    with pytest.raises(Conflict, match="still open in another program"):
        put_away(team, patience=0.2)
    assert state(db).archived, "no claim can begin any more"
    for command in ("list", "show"):
        shown = team.cli("project", command, *(["quant"] if command == "show" else [])).stdout
        assert "its archiving was interrupted; `moziplus project archive quant` finishes it" in shown
    team.close()
    put_away(team)
    unarchive(team.home, "quant", by=BOSS, now=CLOCK.now())
    assert not state(team.db()).archived


def test_an_unknown_project_and_a_taken_name_are_refused(team: TeamHome) -> None:
    with pytest.raises(NotFound):
        put_away(team, "nobody")
    with pytest.raises(NotFound):
        unarchive(team.home, "nobody", by=BOSS, now=CLOCK.now())
    put_away(team)
    (team.home.projects / "quant").mkdir()
    with pytest.raises(Conflict, match="there is a project quant again"):
        unarchive(team.home, "quant", by=BOSS, now=CLOCK.now())
    with pytest.raises(Conflict, match="an archived project is called quant"):
        put_away(team)


@pytest.mark.parametrize(
    "point", ["archive.before_commit", "archive.after_commit", "archive.gate_closed", "archive.moved"]
)
def test_an_archive_that_is_killed_anywhere_is_finished_by_the_next(team: TeamHome, point: str) -> None:
    task = team.task()
    team.close()
    died = moziplus("project", "archive", "quant", home=team.home.path, MOZIPLUS_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    places = [team.home.projects / "quant", team.home.projects / "_archived" / "quant"]
    assert [place.exists() for place in places].count(True) == 1
    put_away(team)
    assert not stat.S_IMODE(places[1].stat().st_mode) & 0o222
    assert in_step(team.home)
    unarchive(team.home, "quant", by=BOSS, now=CLOCK.now())
    assert get_task(team.db(), task.id).title == "work"


@pytest.mark.parametrize("point", ["unarchive.writable", "unarchive.moved"])
def test_the_way_out_that_is_killed_anywhere_is_finished_by_the_next(team: TeamHome, point: str) -> None:
    put_away(team)
    died = moziplus("project", "unarchive", "quant", home=team.home.path, MOZIPLUS_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    unarchive(team.home, "quant", by=BOSS, now=CLOCK.now())
    assert in_step(team.home)
    assert not state(team.db()).archived


def test_a_log_that_a_killed_program_left_goes_into_the_file_first(team: TeamHome) -> None:
    code = (
        "import os, sys; from pathlib import Path; from console.home import Home; from console.blackboard.connection import"
        " open_project; from console.blackboard.writes.tasks import NewTask, create_task; from tests.homes import BOSS;"
        " db = open_project(Path(sys.argv[1])); create_task(db, NewTask(title='late'), by=BOSS, now=1); os.kill(os.getpid(), 9)"
    )
    project = team.home.project_folder("quant")
    died = subprocess.run([sys.executable, "-c", code, str(project)], cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    assert (project / "blackboard.db-wal").stat().st_size > 0
    folder = put_away(team)
    db = open_archived(folder)
    assert "late" in [row["title"] for row in db.execute("SELECT title FROM tasks")]
    db.close()


def test_a_scheduler_and_a_console_let_go_and_meet_the_project_again(team: TeamHome) -> None:
    shelf = Shelf(team.home)
    scheduler = team.start("run")
    try:
        first = team.task(assignee="dev")
        eventually(lambda: team.status(first) == "done" and not team.present())
        team.close()
        shelf.project("quant")
        # The console's feed gives way each time that it looks, at least once a second.
        archiving = team.start("project", "archive", "quant")

        def over() -> bool:
            shelf.give_way()
            return archiving.poll() is not None

        eventually(over)
        assert archiving.returncode == 0
        assert "quant" not in shelf.projects()
        second = team.task(project="other", assignee="dev")
        eventually(lambda: team.status(second, "other") == "done")
        assert moziplus("project", "unarchive", "quant", home=team.home.path).code == 0
        third = team.task(assignee="dev")
        eventually(lambda: team.status(third) == "done", account=team.account)
        alerts = moziplus("alert", "list", "--json", home=team.home.path).records
        assert alerts == [], "being put away alarms nobody"
    finally:
        shelf.close()
        scheduler.terminate()
        assert scheduler.wait(10) == 0


def test_a_console_in_which_nothing_is_done_lets_go_too(team: TeamHome) -> None:
    team.close()
    ended: queue.SimpleQueue[object] = queue.SimpleQueue()
    errands = Errands(team.home, ended.put)
    errands.start()
    try:
        errands.fetch("quant", state, lambda _found: None)
        ended.get(timeout=30)  # from now on it holds the project open, and waits for the next errand
        put_away(team)
        assert list(archived_folders(team.home)) == ["quant"]
    finally:
        errands.close()
        errands.join(30)


def test_a_task_at_work_under_a_scheduler_refuses_the_archive(team: TeamHome) -> None:
    scheduler = team.start("run")
    try:
        task = team.task(assignee="slow")
        eventually(lambda: team.status(task) == "working")
        done = moziplus("project", "archive", "quant", home=team.home.path)
        assert (done.code, "slow is at work" in done.err) == (4, True)
        assert moziplus("estop", "--project", "quant", home=team.home.path).code == 0
        team.close()
        assert moziplus("project", "archive", "quant", home=team.home.path).code == 0
    finally:
        scheduler.terminate()
        assert scheduler.wait(10) == 0
