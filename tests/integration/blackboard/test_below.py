"""What happens to the files of an open database is seen by stat alone, and drops no lock of whoever is connected."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.below import Below
from console.blackboard.connection import open_project, write
from console.blackboard.lockers import lockers
from console.blackboard.upkeep import checkpoint
from tests.boards import Board


def _delete(path: Path) -> None:
    path.unlink()


def _replace(path: Path) -> None:
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(path.with_name("copy"))) as copy:
        live.backup(copy)
    path.with_name("copy").replace(path)


def _truncate(path: Path) -> None:
    os.truncate(path, 8192)


def _lose_the_log(path: Path) -> None:
    path.with_name("blackboard.db-wal").unlink()


def _garble(path: Path) -> None:
    script = f"f = open({str(path)!r}, 'r+b'); f.seek(5000); f.write(b'x' * 100)"
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("harm", "seen"),
    [
        (_delete, Below.GONE),
        (_replace, Below.REPLACED),
        (_truncate, Below.SHRUNK),
        (_lose_the_log, Below.REPLACED),
        (_garble, Below.WRITTEN),
    ],
)
def test_what_befalls_the_files_of_an_open_blackboard_is_seen(
    tmp_path: Path, harm: Callable[[Path], None], seen: Below
) -> None:
    board = Board(tmp_path / "quant")
    for number in range(40):
        board.task(f"work {number}")
    checkpoint(board.db)
    board.task("in the log")
    assert board.db.below() == Below.NOTHING
    harm(board.folder / "blackboard.db")
    assert board.db.below() == seen
    board.close()


def test_ones_own_work_and_others_commits_are_no_change_of_the_files(board: Board) -> None:
    with closing(open_project(board.folder)) as other:
        board.task()
        checkpoint(board.db)
        other.execute("SELECT count(*) FROM tasks").fetchone()
        board.task()
        assert board.db.below() == Below.NOTHING
        assert other.below() == Below.WRITTEN, "somebody else moved the log into the file"


def test_a_connection_to_a_deleted_blackboard_takes_nothing_from_the_one_that_came_after_it(tmp_path: Path) -> None:
    old = Board(tmp_path / "quant")
    old.task("lost")
    for file in old.folder.glob("blackboard.db*"):
        file.unlink()
    new = Board(tmp_path / "quant")
    new.task("kept")
    old.close()
    assert new.db.below() == Below.NOTHING
    with closing(open_project(new.folder)) as db:
        assert [row[0] for row in db.execute("SELECT title FROM tasks")] == ["kept"]
    new.close()


def test_who_keeps_a_blackboard_locked_is_named_and_no_lock_is_dropped_by_asking(board: Board) -> None:
    path = board.folder / "blackboard.db"
    assert lockers(path) == ()
    with write(board.db):
        assert lockers(path) == (os.getpid(),)
        assert lockers(path) == (os.getpid(),)
    assert lockers(path) == ()
