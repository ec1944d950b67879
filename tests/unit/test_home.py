"""Promises of console.home: where a home is found, what is made, and what is never touched."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.blackboard.connection import APPLICATION_ID
from console.errors import Conflict, NotFound, UsageError
from console.home import _OURS, FOLDERS, Home, find_home, valid_id, write_atomically


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def test_folders_are_private_under_any_umask(tmp_path: Path) -> None:
    for umask in (0, 0o077, 0o777):
        old = os.umask(umask)
        try:
            home = Home(tmp_path / f"home-{umask}")
            if umask == 0o777:
                home.path.mkdir(mode=0o700)
                home.path.chmod(0o700)
            home.create()
        finally:
            os.umask(old)
        modes = {folder: (home.path / folder).stat().st_mode & 0o777 for folder in (".", *FOLDERS)}
        assert set(modes.values()) == {0o700}, modes
        assert home.home_mark.stat().st_mode & 0o777 == 0o600 & ~umask


def test_making_a_home_again_keeps_its_mark(home: Home) -> None:
    first = home.home_mark.read_text()
    assert set(json.loads(first)) == {"version", "id", "created_at"}
    home.create()
    assert home.home_mark.read_text() == first


def test_the_option_comes_before_the_variables_and_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [Home(tmp_path / name).create() for name in ("option", "variable", "root", "here")]
    monkeypatch.chdir(homes[3].path)
    both = {"MOZIPLUS_HOME": str(homes[1].path), "BLACKBOARD_ROOT": str(homes[2].projects)}
    assert find_home(str(homes[0].path), both) == homes[0]
    assert find_home(None, both) == homes[1]
    assert find_home(None, {"BLACKBOARD_ROOT": str(homes[2].projects)}) == homes[2]
    assert find_home(None, {"MOZIPLUS_HOME": "", "BLACKBOARD_ROOT": ""}) == homes[3]
    monkeypatch.chdir(tmp_path)
    assert find_home(None, {}) == Home(Path("~/.moziplus").expanduser().resolve())


def test_a_named_folder_that_is_no_home_is_not_made_into_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="moziplus init"):
        find_home(str(tmp_path / "typo"), {})
    assert not (tmp_path / "typo").exists()


def test_a_link_that_leads_to_itself_is_no_home_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises((NotFound, Conflict)):
        find_home(str(tmp_path / "loop"), {})


def test_a_home_of_the_predecessor_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "old" / "projects" / "sanguo"
    folder.mkdir(parents=True)
    with sqlite3.connect(folder / "blackboard.db") as db:
        db.execute("CREATE TABLE tasks (id TEXT)")
    db.close()
    before = snapshot(tmp_path)
    with pytest.raises(Conflict, match="nothing was touched"):
        Home(tmp_path / "old").create()
    with pytest.raises(Conflict, match="nothing was touched"):
        find_home(None, {"BLACKBOARD_ROOT": str(tmp_path / "old" / "projects")})
    assert snapshot(tmp_path) == before


def test_an_unmarked_folder_with_our_own_projects_becomes_a_home_again(home: Home) -> None:
    from console.blackboard.connection import create_project

    (home.projects / "quant").mkdir()
    create_project(home.projects / "quant", "quant", 1)
    home.home_mark.unlink()
    assert Home.is_home(home.create().path)


def test_our_mark_in_a_database_is_the_one_that_storage_writes() -> None:
    assert APPLICATION_ID.to_bytes(4, "big") == _OURS


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        Home(tmp_path).create()
    with pytest.raises(UsageError, match="is a file"):
        Home(tmp_path / "pyproject.toml").create()
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


@pytest.mark.parametrize("text", ["a", "quant", "a-b_c9", "0", "x" * 63])
def test_an_id_may_be(text: str) -> None:
    assert valid_id(text) == text


@pytest.mark.parametrize("text", ["", "A", "-a", "_archived", "a/b", "..", "a b", "a\n", "é", "x" * 64, "量", "a.b"])
def test_an_id_may_not_be(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Home(tmp_path).project_folder(text)


@given(st.text(max_size=80))
def test_whatever_the_id_the_folder_lies_in_projects(text: str) -> None:
    home = Home(Path("/h"))
    try:
        folder = home.project_folder(text)
    except UsageError as error:
        assert str(error).isprintable(), "nothing of it acts on a terminal"
    else:
        assert folder.parent == home.projects


def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud800")
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["state.json"]
    assert path.stat().st_mode & 0o777 == 0o600


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every path below `folder` with its mode, size and time of change."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.stat()
        found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns)
    return found
