"""Promises of the migration: an old blackboard becomes what a new one is, with all that it held, whoever opens it first."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard import migrate
from console.blackboard.changes import data_version
from console.blackboard.connection import APPLICATION_ID, create_project, open_project
from console.blackboard.migrate import USABLE_FROM, VERSIONS, level
from console.blackboard.reads.experience_search import search_experiences
from console.blackboard.reads.health import schema_version
from console.blackboard.reads.learning import learning, unwritten
from console.blackboard.reads.sessions import present_sessions, sessions_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.experience_upkeep import index_changed
from console.blackboard.writes.tasks import NewTask, create_task
from console.errors import Unavailable
from console.records.actor import OPERATOR, Actor, Origin
from console.records.task import OnFailure, TaskKind

OLD = Path(__file__).parent / "old" / "schema_1.sql"
BY = Actor(name=OPERATOR, origin=Origin.CLI)
NOW = 1_700_000_000_000
SESSION = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder of a project whose blackboard an earlier moziplus made: a task, a session that used something."""
    folder = tmp_path / "quant"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "blackboard.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(OLD.read_text("utf-8"))
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.execute("INSERT INTO project (id, project, epoch, created_at, updated_at) VALUES (1, 'quant', 'e', 1, 1)")
        db.execute("INSERT INTO tasks (title, created_at, updated_at) VALUES ('old work', 1, 1)")
        db.execute(
            "INSERT INTO sessions (id, task_id, agent, backend, status, fence, ended_at, gone_at, tokens, cost, created_at,"
            f" updated_at) VALUES ('{SESSION}', 1, 'dev', 'command', 'succeeded', 1, 5, 5, 100, 0.5, 3600001, 1)"
        )
        db.execute(
            "INSERT INTO experiences (title, body, tags, at, actor) VALUES ('数据缺失', '先补齐', '[\"csv\"]', 1, 'guanyu-dev')"
        )
    return folder


def test_reading_an_old_blackboard_shows_it_as_a_new_one_and_leaves_it_as_it_was(old: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(old / "blackboard.db")) as before:
        was = shape(before)
    (tmp_path / "new").mkdir()
    create_project(tmp_path / "new", "new", NOW)
    with closing(open_project(old, read_only=True)) as db, closing(open_project(tmp_path / "new")) as new:
        assert shape(db) == shape(new) and schema_version(db) == 1
        assert get_task(db, 1).kind == TaskKind.WORK
        seen = data_version(db)
        with closing(sqlite3.connect(old / "blackboard.db", isolation_level=None)) as other:
            other.execute("UPDATE tasks SET title = 'changed', rev = rev + 1")
        assert data_version(db) != seen, "it notices what others commit"
    with closing(sqlite3.connect(old / "blackboard.db")) as after:
        assert shape(after) == was and after.execute("PRAGMA user_version").fetchone() == (1,)


@pytest.mark.parametrize("held", [True, False])
def test_a_writer_brings_an_old_blackboard_up_to_date_only_where_nobody_is_in_charge(
    old: Path, tmp_path: Path, held: bool
) -> None:
    home = tmp_path / "home"
    (home / "state").mkdir(parents=True)
    (home / "projects").mkdir()
    folder = old.rename(home / "projects" / "quant")
    with (home / "state" / "in_charge.lock").open("w") as lock:
        if held:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(Unavailable, match="an older moziplus"):
                open_project(folder)
            with closing(open_project(folder, in_charge=lambda _: None)) as db:
                assert schema_version(db) == VERSIONS["schema"], "whoever is in charge does it"
        else:
            with closing(open_project(folder)) as db:
                assert create_task(db, NewTask(title="new"), by=BY, now=NOW).id == 2


def test_what_a_newer_moziplus_made_is_used_where_it_leaves_room_for_this_one(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    create_project(tmp_path / "new", "new", NOW)
    with closing(open_project(tmp_path / "new")) as db:
        db.execute("CREATE TABLE IF NOT EXISTS schema_level (only_one INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
        db.execute("INSERT OR REPLACE INTO schema_level VALUES (1, 99)")
        db.execute("ALTER TABLE tasks ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'")
    with closing(open_project(tmp_path / "new")) as db:
        assert db.newer == 99
        made = create_task(db, NewTask(title="goes on"), by=BY, now=NOW)
        assert get_task(db, made.id).title == "goes on"


def test_an_old_program_that_looks_at_user_version_alone_may_use_what_this_one_makes(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    create_project(tmp_path / "new", "new", NOW)
    with closing(open_project(tmp_path / "new")) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == USABLE_FROM["schema"] == 2
        assert schema_version(db) == VERSIONS["schema"]


@pytest.mark.parametrize("read_only", [True, False])
def test_an_old_blackboard_becomes_what_a_new_one_is(old: Path, tmp_path: Path, read_only: bool) -> None:
    (tmp_path / "new").mkdir()
    create_project(tmp_path / "new", "new", NOW)
    open_project(old, read_only=read_only).close()
    with closing(open_project(old)) as was, closing(open_project(tmp_path / "new")) as new:
        assert shape(was) == shape(new)
        assert was.execute("PRAGMA foreign_key_check").fetchall() == []
        assert was.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_what_an_old_blackboard_held_is_all_there_and_new_work_goes_on(old: Path) -> None:
    with closing(open_project(old)) as db:
        task = get_task(db, 1)
        assert (task.title, task.kind, task.on_failure, task.expect) == ("old work", TaskKind.WORK, OnFailure.ASK, ())
        used = [tuple(row) for row in db.execute("SELECT bucket, sessions, tokens, cost FROM usage ORDER BY bucket")]
        assert used == [(0, 1, 100, 0.5), (2, 1, 100, 0.5)]
        made = create_task(db, NewTask(title="new work", expect=("outputs/a.md",)), by=BY, now=NOW)
        assert made.expect == ("outputs/a.md",)
        (told,) = db.execute("SELECT count(*) FROM events WHERE kind = 'created' AND id = ?", (made.id,)).fetchone()
        assert told == 1


def test_what_sessions_use_is_counted_by_the_half_hour_and_in_all(old: Path) -> None:
    with closing(open_project(old)) as db:
        db.execute("UPDATE sessions SET tokens = 130, cost = 0.75, rev = rev + 1, updated_at = 7200000")
        used = [tuple(row) for row in db.execute("SELECT bucket, sessions, tokens, cost FROM usage ORDER BY bucket")]
    assert used == [(0, 1, 130, 0.75), (2, 1, 100, 0.5), (4, 0, 30, 0.25)]


def test_old_experiences_are_found_and_written_once_somebody_may_write(old: Path) -> None:
    with closing(open_project(old)) as db:
        assert learning(db).behind
        assert [number for number, _, _ in unwritten(db)] == [1]
        assert index_changed(db) == 1
        (hit,) = search_experiences(db, "缺失", tag="csv")
        assert (hit.experience.title, hit.experience.created_by, hit.experience.source) == (
            "数据缺失",
            "guanyu-dev",
            "hand",
        )


def test_a_session_of_a_backend_that_only_a_newer_moziplus_knows_is_kept_and_shown_as_it_is(old: Path) -> None:
    other = SESSION.replace("1", "2")
    with closing(open_project(old)) as db:
        columns = "id, task_id, agent, backend, status, fence, created_at, updated_at"
        db.execute(f"INSERT INTO sessions ({columns}) VALUES ('{other}', 1, 'dev', 'telepathy', 'running', 2, 9, 9)")
        assert [(s.id, s.backend) for s in present_sessions(db)] == [(other, "telepathy")]
        assert {s.id: s.backend for s in sessions_of(db, 1)} == {SESSION: "command", other: "telepathy"}


@pytest.mark.parametrize("at", ["migration-7-0", "migration-7-{middle}", "migration-7-{last}"])
def test_killed_in_the_middle_of_a_migration_it_is_the_old_or_the_new_and_the_next_one_brings_it_up(
    old: Path, at: str, tmp_path: Path
) -> None:
    """The statements of version 7: the drops of the old triggers, then those that lay the sessions anew."""
    with closing(sqlite3.connect(old / "blackboard.db", isolation_level=None)) as db:
        bring_up_to(db, 6)
        (drops,) = db.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").fetchone()
        was = [tuple(row) for row in db.execute("SELECT rowid, * FROM sessions")]
    point = at.format(middle=drops + 2, last=drops + 8)
    code = "import sys; from pathlib import Path; from console.blackboard.connection import open_project;"
    done = subprocess.run(
        [sys.executable, "-c", f"{code} open_project(Path(sys.argv[1]))", str(old)],
        env={**os.environ, "MOZIPLUS_CRASH_AT": point},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(old / "blackboard.db")) as db:
        assert level(db) == 6
        assert [tuple(row) for row in db.execute("SELECT rowid, * FROM sessions")] == was
    (tmp_path / "new").mkdir()
    create_project(tmp_path / "new", "new", NOW)
    with closing(open_project(old)) as db, closing(open_project(tmp_path / "new")) as new:
        assert shape(db) == shape(new) and schema_version(db) == VERSIONS["schema"]
        assert [tuple(row) for row in db.execute("SELECT rowid, * FROM sessions")] == was


def bring_up_to(db: sqlite3.Connection, number: int) -> None:
    """As the moziplus of that version left it."""
    migrations = Path(migrate.__file__).parent / "migrations"
    for each in range(level(db) + 1, number + 1):
        db.executescript((migrations / f"schema_{each}.sql").read_text("utf-8"))
    db.execute("PRAGMA user_version = 2")
    db.execute(
        "CREATE TABLE schema_level (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), number INTEGER NOT NULL) STRICT"
    )
    db.execute("INSERT INTO schema_level VALUES (1, ?)", (number,))


def shape(db: sqlite3.Connection) -> dict[str, object]:
    """Columns of each table, indexes and triggers; the order in which columns were added means nothing."""
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    columns = {name: {tuple(row)[1:] for row in db.execute(f"PRAGMA table_info('{name}')")} for name in names}
    rest = {
        row[0]: row[1] for row in db.execute("SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger')")
    }
    return {**columns, **rest}
