"""Promises of the registry and of making projects: derived from folders, mended, whole or not at all."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from console.blackboard.connection import open_project, write
from console.errors import ConfigError, Conflict, UsageError
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from console.registry import entries, folders, in_step, mend
from console.settings.project import project_file


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return prepare_home(Home(tmp_path / "home"))


def listed(home: Home) -> dict[str, dict[str, object]]:
    projects: dict[str, dict[str, object]] = yaml.safe_load(home.registry.read_text("utf-8"))["projects"]
    return projects


def test_a_new_project_is_in_the_registry(home: Home) -> None:
    folder = make_project(home, NewProject(id="quant", name="量化实战", agents=("a", "b")))
    assert folder == home.project_folder("quant")
    assert listed(home) == {"quant": {"folder": "quant", "name": "量化实战", "agents": ["a", "b"]}}
    assert "量化实战" in home.registry.read_text("utf-8")


def test_a_lost_or_broken_registry_is_derived_anew(home: Home) -> None:
    make_project(home, NewProject(id="quant"))
    good = home.registry.read_text("utf-8")
    for text in (None, "{", "projects: {ghost: {}}", "\x00"):
        if text is None:
            home.registry.unlink()
        else:
            home.registry.write_text(text)
        assert not in_step(home)
        assert mend(home) and not mend(home)
        assert home.registry.read_text("utf-8") == good


def test_only_projects_are_listed_and_one_without_its_database_still_is(home: Home) -> None:
    make_project(home, NewProject(id="b"))
    make_project(home, NewProject(id="a"))
    for name in ("_archived/old", ".hidden", "Upper", "empty"):
        (home.projects / name).mkdir()
    (home.projects / "file").touch()
    (home.project_folder("b") / "blackboard.db").unlink()
    assert list(folders(home)) == ["a", "b"]


def test_a_broken_project_file_costs_only_its_name_and_agents(home: Home) -> None:
    make_project(home, NewProject(id="quant", name="x", agents=("a",)))
    project_file(home.project_folder("quant")).write_text("project: {name: [")
    assert [(entry.id, entry.name, entry.agents) for entry in entries(home)] == [("quant", "quant", ())]


def test_an_id_is_taken_once_also_by_an_archived_project(home: Home) -> None:
    make_project(home, NewProject(id="quant"))
    (home.projects / "_archived" / "old").mkdir()
    for taken in ("quant", "old"):
        with pytest.raises(Conflict):
            make_project(home, NewProject(id=taken))


def test_many_who_make_one_id_at_once_make_one_project(home: Home) -> None:
    def attempt(n: int) -> bool:
        try:
            make_project(home, NewProject(id="quant", name=f"maker {n}"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert sorted(path.name for path in home.projects.iterdir() if path.name.startswith(".making")) == []


def test_many_projects_made_at_once_are_all_in_the_registry(home: Home) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: make_project(home, NewProject(id=f"p{n}")), range(8)))
    assert set(listed(home)) == {f"p{n}" for n in range(8)}


@pytest.mark.parametrize(
    "new",
    [NewProject(id="Bad"), NewProject(id="x", agents=("a b",)), NewProject(id="x", name="\x1b[2J")],
)
def test_a_project_that_would_be_wrong_is_not_made(home: Home, new: NewProject) -> None:
    with pytest.raises((UsageError, ConfigError)):
        make_project(home, new)
    assert folders(home) == {}


def test_databases_are_private_with_all_their_files_under_any_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        home = prepare_home(Home(tmp_path / "home"))
        folder = make_project(home, NewProject(id="quant"))
        db = open_project(folder)
        with write(db):
            db.execute("UPDATE project SET updated_at = updated_at + 1")
        files = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir() if path.is_file()}
        db.close()
    finally:
        os.umask(old)
    assert {name for name in files if name.startswith("blackboard")} == {
        "blackboard.db",
        "blackboard.db-wal",
        "blackboard.db-shm",
    }
    assert set(files.values()) == {0o600}
    assert {path.stat().st_mode & 0o077 for path in home.path.rglob("*")} == {0}


def test_preparing_a_home_again_changes_nothing(home: Home) -> None:
    settings = home.config / "default.yaml"
    settings.write_text("daemon: {tick_interval: 5}\n")
    before = {path: path.stat().st_mtime_ns for path in home.path.rglob("*") if path.is_file()}
    prepare_home(home)
    assert {path: path.stat().st_mtime_ns for path in home.path.rglob("*") if path.is_file()} == before
