"""Promises of what the console says before it has read, and of what it reads of older blackboards, and of very many of them."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from console.app.app import Console
from console.app.messages import WorldChanged
from console.app.reader import Reader
from console.app.shelf import Shelf
from console.blackboard.reads.tasks import list_tasks
from console.clock import SystemClock
from console.engine.in_charge import HEADLESS, take
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from tests.app.conftest import Opener
from tests.app.world import FixedClock
from tests.repository import ROOT
from widgets.models import World

OLD = ROOT / "tests" / "integration" / "blackboard" / "old" / "schema_1.sql"
LOOK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (112, 112))
from pathlib import Path
from console.app.reader import Reader
from console.clock import SystemClock
from console.home import Home

reader = Reader(Home(Path(sys.argv[1])), {}, SystemClock())
for _ in range(2):
    world = reader.look(attends=True)
    assert world.unread == (), world.unread
    assert len(world.projects) == 24 and not [row for row in world.projects if row.set_aside]
for row in world.projects:
    board = reader.look(row.id).board
    assert board.project == row.id and sum(n for _status, n in board.counts) == 0, board
assert len(reader._shelf._open) <= 4
reader.close()
"""


def test_far_more_projects_than_may_be_open_are_all_shown_and_reachable(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    for number in range(24):
        make_project(home, NewProject(id=f"p{number}"))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(home.path)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == soft


def test_an_older_blackboard_under_an_older_scheduler_is_shown_and_followed_and_stays_as_it_is(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    make_project(home, NewProject(id="old"))
    database = _made_old(home.project_folder("old"))
    held = take(home, mode=HEADLESS)
    assert held is not None
    reader = Reader(home, {}, SystemClock())
    first = reader.look()
    assert first.unread == () and [row.title for column in first.board.columns for row in column] == ["old work"]
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("INSERT INTO tasks (title, created_at, updated_at) VALUES ('more of it', 2, 2)")
    second = reader.look()
    assert sorted(row.title for column in second.board.columns for row in column) == ["more of it", "old work"]
    shelf = Shelf(home, read_only=True)
    assert len(list_tasks(shelf.project("old"))) == 2
    shelf.close()
    reader.close()
    held.release()
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)


def _made_old(folder: Path) -> Path:
    database = folder / "blackboard.db"
    for file in folder.glob("blackboard.db*"):
        file.unlink()
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(OLD.read_text("utf-8"))
        db.execute("PRAGMA application_id = 1836022377")
        db.execute("PRAGMA user_version = 1")
        db.execute("INSERT INTO project (id, project, epoch, created_at, updated_at) VALUES (1, 'old', 'e', 1, 1)")
        db.execute("INSERT INTO tasks (title, created_at, updated_at) VALUES ('old work', 1, 1)")
    return database


async def test_nothing_is_called_nothing_before_it_was_read(bare_home: Home, opened: Opener) -> None:
    app = Console(bare_home, clock=FixedClock(), environ={}, pace=0.0)
    assert app.world.reading and app.look.reading, "so it is from the first frame"
    async with opened(bare_home) as (app, pilot):
        for view in "123456":
            await pilot.press(view)
            await pilot.pause()
            known = app.world
            app.on_world_changed(WorldChanged(World(reading=True)))
            await pilot.pause()
            drawn = app.export_screenshot().replace("&#160;", " ")
            assert "Reading…" in drawn, view
            lies = ("No projects", "othing needs", "No agent", "No alerts", "No tasks", "No reviews", "No session")
            assert [lie for lie in lies if lie in drawn] == [], view
            app.on_world_changed(WorldChanged(known))
            await pilot.pause()
            assert "Reading…" not in app.export_screenshot().replace("&#160;", " ")
