"""Promises of `moziplus restore`: what was acknowledged before the backup is back, whatever happened to the blackboard."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.backup import examine
from console.blackboard.changes import changes, head
from console.blackboard.connection import open_project
from console.blackboard.reads.sessions import get_session, present_sessions
from console.blackboard.reads.tasks import get_task, state
from console.blackboard.writes.asks import NewAsk, add_ask
from console.blackboard.writes.claims import Start, check_fence, claim_task
from console.blackboard.writes.notes import add_comment
from console.errors import Conflict, NotFound, StaleFence, UsageError
from console.keeping.backup import back_up
from console.keeping.copies import folder_of, listed
from console.keeping.restore import find_copy, restore
from console.records.actor import Actor, Origin
from console.settings import Backup, load_settings
from console.settings.project import load_project
from tests.boards import Board, recount
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome, developer, eventually
from tests.program import moziplus

SESSION = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS, "slow": developer("sleep 60")})
    yield made
    made.close()


def content(team: TeamHome) -> dict[str, list[tuple[Any, ...]]]:
    """Everything on the blackboard but what a restore is to change."""
    work = ("tasks", "dependencies", "comments", "decisions", "observations", "outputs", "experiences", "counts")
    found = {}
    for table in (*work, "reviews", "submissions", "seats", "verdicts"):
        rows = [dict(row) for row in team.db().execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
        found[table] = [tuple(v for k, v in row.items() if k not in ("fence", "rev")) for row in rows]
    return found


def fill(team: TeamHome) -> None:
    """Work of every kind."""
    board = Board(team.home.project_folder("quant"))
    first = board.task("做完", reviews=("output_review",))
    board.task("after", after=(first.id,))
    board.work(first.id)
    board.seat()
    add_comment(board.db, first.id, "说一句", by=BOSS, now=1)
    board.close()


def missing(path: Path) -> None:
    path.unlink()


def corrupt(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(4096 * 20))


def no_database(path: Path) -> None:
    path.write_bytes(b"something else entirely\n" * 1000)


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("harm", [None, missing, corrupt, no_database, newer])
def test_the_drill_what_was_acknowledged_before_the_backup_is_back(
    team: TeamHome, harm: Callable[[Path], None] | None
) -> None:
    fill(team)
    all_gone(team)
    before, cursor = content(team), head(team.db())
    back_up(team.home, Backup(), now=CLOCK.now())
    file = team.home.project_folder("quant") / "blackboard.db"
    team.task("after the backup")
    team.close()
    inode = file.stat().st_ino
    if harm is not None:
        for name in (f"{file}-wal", f"{file}-shm"):
            Path(name).unlink(missing_ok=True)
        harm(file)
    done = moziplus("restore", "quant", "--json", home=team.home.path)
    assert done.code == 0, done.err
    assert content(team) == before
    assert recount(team.db()) == []
    assert team.db().execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    told = changes(team.db(), cursor)
    assert (told.reload, told.cursor.epoch) == (True, state(team.db()).epoch)
    assert told.cursor.epoch == done.record["epoch"] != cursor.epoch
    assert (done.record["quarantine"] is not None) == (harm not in (None, missing))
    assert (done.record["safety"] is not None) == (harm is None)
    if harm is not missing:  # of a file that is gone, the next one may have the number
        assert (file.stat().st_ino == inode) == (harm is None), "a live file is written into, never replaced"
    if harm is None:
        assert examine(Path(done.record["safety"])).task_count == len(before["tasks"]) + 1
    assert not list(file.parent.glob(".restoring-*"))
    fresh = team.task("new")
    assert fresh.id > max(task[0] for task in before["tasks"]) + (harm is None), "no number is given twice"
    assert harm is not None or team.run() == 0


def all_gone(team: TeamHome) -> None:
    """Every session on the blackboard has ended."""
    with closing(Board(team.home.project_folder("quant"))) as board:
        for session in present_sessions(board.db):
            board.gone(session)


def test_fences_go_on_past_all_that_were_given_and_late_writers_are_refused(team: TeamHome) -> None:
    task = team.task()
    back_up(team.home, Backup(), now=CLOCK.now())
    for n in range(3):
        start = Start(session=f"{SESSION[:-1]}{n}", agent="dev", backend="external")
        late = claim_task(team.db(), task.id, start, by=BOSS, now=CLOCK.now())
        all_gone(team)
    team.close()
    restore(team.home, "quant", find_copy(team.home, "quant", now=CLOCK.now()).path, now=CLOCK.now())
    with pytest.raises((StaleFence, NotFound)):
        check_fence(team.db(), late.id, late.fence)
    start = Start(session=SESSION[:-1] + "9", agent="dev", backend="external")
    assert claim_task(team.db(), task.id, start, by=BOSS, now=CLOCK.now()).fence > late.fence


def test_seats_and_sessions_of_the_backups_time_are_settled_as_lost_and_their_work_goes_on(team: TeamHome) -> None:
    fill(team)
    task = team.task()
    start = Start(session=SESSION, agent="dev", backend="command")
    claim_task(team.db(), task.id, start, by=BOSS, now=CLOCK.now())
    seated = next(s for s in present_sessions(team.db()) if s.seat_id is not None)
    back_up(team.home, Backup(), now=CLOCK.now())
    all_gone(team)
    team.close()
    restore(team.home, "quant", find_copy(team.home, "quant", now=CLOCK.now()).path, now=CLOCK.now())
    assert present_sessions(team.db()) == ()
    for name in (SESSION, seated.id):
        found = get_session(team.db(), name)
        assert (found.status, found.counted) == ("lost", 0)
        assert "restored" in (found.failure or "")
    assert get_task(team.db(), task.id).status == "pending"
    (seat,) = team.db().execute("SELECT status, fence FROM seats").fetchall()
    assert (seat["status"], seat["fence"] >= seated.fence) == ("waiting", True)


def test_it_is_refused_while_an_agent_works_unless_it_is_stopped_first(team: TeamHome) -> None:
    back_up(team.home, Backup(), now=CLOCK.now())
    scheduler = team.start("run")
    try:
        task = team.task(assignee="slow")
        eventually(lambda: any(s.status == "running" for s in present_sessions(team.db())))
        team.close()
        refused = moziplus("restore", "quant", home=team.home.path)
        assert (refused.code, "slow on" in refused.err) == (4, True), refused
        assert team.status(task) == "working"
        team.close()
        done = moziplus("restore", "quant", "--stop", home=team.home.path)
        assert done.code == 0, done.err
        fresh = team.task("goes on", assignee="dev")
        eventually(lambda: team.status(fresh) == "done")
        assert moziplus("alert", "list", "--json", home=team.home.path).records == []
    finally:
        scheduler.terminate()
        assert scheduler.wait(10) == 0


def test_agents_of_a_blackboard_that_is_gone_are_found_by_their_locks_and_stopped(team: TeamHome) -> None:
    back_up(team.home, Backup(), now=CLOCK.now())
    scheduler = team.start("run")
    team.task(assignee="slow")
    eventually(lambda: any(s.status == "running" for s in present_sessions(team.db())))
    scheduler.kill()
    scheduler.wait()
    team.close()
    folder = team.home.project_folder("quant")
    for path in folder.glob("blackboard.db*"):
        path.unlink()
    refused = moziplus("restore", "quant", home=team.home.path)
    assert (refused.code, "slow" in refused.err) == (4, True), refused
    assert not (folder / "blackboard.db").exists()
    done = moziplus("restore", "quant", "--stop", home=team.home.path)
    assert done.code == 0, done.err
    assert present_sessions(team.db()) == ()


def test_empty_starts_anew_with_numbers_that_go_on(team: TeamHome) -> None:
    fill(team)
    all_gone(team)
    cursor, last = head(team.db()), team.task("last").id
    asked = add_ask(team.db(), NewAsk(task_id=last, body="?"), by=BOSS, now=CLOCK.now())
    team.close()
    done = moziplus("restore", "quant", "--empty", "--json", home=team.home.path)
    assert (done.code, done.record["tasks"], done.record["from"]) == (0, 0, None), done.err
    assert examine(Path(done.record["safety"])).task_count == 3
    assert changes(team.db(), cursor).reload
    assert team.task("first").id == last + 1
    assert add_ask(team.db(), NewAsk(task_id=last + 1, body="?"), by=BOSS, now=CLOCK.now()).id == asked.id + 1
    team.close()
    back = moziplus("restore", "quant", "--from", done.record["safety"], home=team.home.path)
    assert back.code == 0, back.err
    assert get_task(team.db(), last).title == "last"


def test_a_project_whose_folder_is_gone_comes_back_with_its_settings(team: TeamHome) -> None:
    task = team.task("kept")
    back_up(team.home, Backup(), now=CLOCK.now())
    team.close()
    shutil.rmtree(team.home.project_folder("quant"))
    restore(team.home, "quant", find_copy(team.home, "quant", now=CLOCK.now()).path, now=CLOCK.now())
    assert get_task(team.db(), task.id).title == "kept"
    settings = load_project(load_settings(team.home, {}), team.home.project_folder("quant"))
    assert [agent.id for agent in settings.agents] == ["dev", "slow"]
    assert team.run() == 0
    assert team.status(task) == "done"


def test_what_is_no_copy_of_this_project_is_refused_and_nothing_changes(team: TeamHome, tmp_path: Path) -> None:
    team.task("kept")
    back_up(team.home, Backup(), now=CLOCK.now())
    other = TeamHome(tmp_path / "second", {"dev": SUBMITS}, projects=("other",))
    back_up(other.home, Backup(), now=CLOCK.now())
    strange = tmp_path / "strange.db"
    sqlite3.connect(strange).execute("CREATE TABLE t (x)").connection.close()
    live = other.home.project_folder("other") / "blackboard.db"
    damaged = tmp_path / "damaged.db"
    shutil.copy(find_copy(team.home, "quant", now=CLOCK.now()).path, damaged)
    corrupt(damaged)
    team.close()
    for source, code in (
        (find_copy(other.home, "other", now=CLOCK.now()).path, 2),
        (listed(folder_of(other.home, "_home"))[0].path, 2),
        (strange, 5),
        (damaged, 5),
        (tmp_path / "nothing.db", 3),
        (team.home.project_folder("quant") / "blackboard.db", 2),
    ):
        done = moziplus("restore", "quant", "--from", str(source), home=team.home.path)
        assert done.code == code, (source, done)
    with closing(open_project(live.parent)) as db:
        add_comment(db, _one_task(db), "in use", by=BOSS, now=1)
        with pytest.raises(UsageError, match="in use"):
            restore(team.home, "other", live, now=1)
    assert moziplus("restore", "quant", "--empty", "--from", "x", home=team.home.path).code == 2
    assert moziplus("restore", "nobody", "--empty", home=team.home.path).code == 3
    assert [row["title"] for row in team.db().execute("SELECT title FROM tasks")] == ["kept"]
    other.close()


def _one_task(db: Any) -> int:
    from console.blackboard.writes.tasks import NewTask, create_task

    return create_task(db, NewTask(title="x"), by=Actor(name="operator", origin=Origin.CLI), now=1).id


def test_who_does_not_let_go_is_the_reason_and_nothing_changes(team: TeamHome) -> None:
    team.task("kept")
    back_up(team.home, Backup(), now=CLOCK.now())
    team.task("since")
    with pytest.raises(Conflict, match="still open"):
        restore(team.home, "quant", find_copy(team.home, "quant", now=CLOCK.now()).path, now=CLOCK.now(), patience=0.2)
    assert [row["title"] for row in team.db().execute("SELECT title FROM tasks")] == ["kept", "since"]
