"""Promises that a database of another program, such as the product's predecessor, is recognised and left untouched."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from console.blackboard.connection import open_project
from console.errors import DatabaseSetAside
from console.home import Home
from console.making import prepare_home
from tests.program import moziplus

_PREDECESSOR = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA wal_autocheckpoint = 0")
db.execute("CREATE TABLE tasks (id TEXT PRIMARY KEY, status TEXT)")
db.execute("INSERT INTO tasks VALUES ('t-1', 'pending')")
os._exit(0)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of the predecessor, with what it wrote last still in its log."""
    home = prepare_home(Home(tmp_path / "home"))
    folder = home.projects / "old"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", _PREDECESSOR, str(folder / "blackboard.db")], check=True)
    assert (folder / "blackboard.db-wal").stat().st_size > 0
    return folder


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_it_is_refused_with_a_clear_word_and_nothing_is_touched(folder: Path) -> None:
    before = snapshot(folder)
    for read_only in (False, True):
        with pytest.raises(DatabaseSetAside, match="predecessor") as refused:
            open_project(folder, read_only=read_only)
        assert refused.value.cause == "not_ours"
    assert snapshot(folder) == before


def test_no_command_touches_it_either(folder: Path) -> None:
    before, home = snapshot(folder), folder.parent.parent
    for words, code in (
        (("project", "list"), 0),
        (("status",), 0),
        (("task", "list", "--project", "old"), 5),
        (("project", "archive", "old"), 5),
        (("run", "--max-ticks", "1"), 0),
        (("alert", "list"), 5),
    ):
        done = moziplus(*words, home=home)
        assert done.code == code, (words, done)
    assert "predecessor" in moziplus("alert", "list", home=home).out
    assert snapshot(folder) == before
    with sqlite3.connect(folder / "blackboard.db") as db:
        assert db.execute("SELECT status FROM tasks").fetchall() == [("pending",)]
