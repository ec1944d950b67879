"""Promises of `moziplus project`: created whole, listed with its tasks, edited without losing a comment."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.program import moziplus

LISTED = {"id", "name", "agents", "folder", "tasks", "open", "paused", "problem"}
SHOWN = LISTED | {"description", "workdir", "worktrees", "shared_folder", "max_agents", "context", "config"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    moziplus("init", str(tmp_path / "h"))
    return tmp_path / "h"


def test_create_says_what_it_made_and_it_is_there(home: Path, tmp_path: Path) -> None:
    done = moziplus(
        *("project", "create", "--id", "quant", "--name", "量化实战", "--agents", "zhangfei-dev,guanyu-dev"),
        *("--description", "daily bars", "--workdir", str(tmp_path), "--worktrees", "--json"),
        home=home,
    )
    made = done.record
    assert set(made) == SHOWN | {"notes"}
    assert (made["id"], made["name"], made["agents"]) == ("quant", "量化实战", ["zhangfei-dev", "guanyu-dev"])
    assert (made["workdir"], made["worktrees"], made["open"]) == (str(tmp_path), True, 0)
    folder = home / "projects" / "quant"
    assert made["folder"] == str(folder)
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {"artifacts", "config", "experiences", "skills"}
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))} == {0}
    shown = moziplus("project", "show", "quant", "--json", home=home).record
    assert shown == {key: value for key, value in made.items() if key != "notes"}
    listed = moziplus("project", "list", "--json", home=home).record
    assert listed == {key: made[key] for key in LISTED}


def test_create_refuses_what_it_cannot_make_and_makes_nothing(home: Path) -> None:
    moziplus("project", "create", "--id", "quant", home=home)
    for arguments, code in (
        (["--id", "quant"], 4),
        (["--id", "Quant"], 2),
        (["--id", "x", "--agents", "a b"], 2),
        (["--id", "x", "--agents", "operator"], 2),
        (["--id", "x", "--worktrees"], 2),
        (["--id", "x", "--name", "\x1b[2J"], 2),
    ):
        done = moziplus("project", "create", *arguments, home=home)
        assert (done.code, done.err.count("\n")) == (code, 1), arguments
    assert [row["id"] for row in moziplus("project", "list", "--json", home=home).records] == ["quant"]


def test_edit_changes_the_file_and_keeps_its_comments(home: Path) -> None:
    moziplus("project", "create", "--id", "quant", "--workdir", "~/src", home=home)
    file = home / "projects" / "quant" / "config" / "project.yaml"
    file.write_text(file.read_text() + "# mine\ncontext: {a: 1}  # kept\n")
    arguments = ("--name", "新", "--agents", "a,b", "--workdir", "", "--max-agents", "2", "--json")
    shown = moziplus("project", "edit", "quant", *arguments, home=home).record
    assert (shown["name"], shown["agents"], shown["workdir"], shown["max_agents"]) == ("新", ["a", "b"], None, 2)
    assert "# mine" in file.read_text() and "# kept" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    registry = yaml.safe_load((home / "projects" / "_registry.yaml").read_text("utf-8"))
    assert registry["projects"]["quant"]["agents"] == ["a", "b"]


def test_a_wrong_edit_changes_nothing(home: Path, tmp_path: Path) -> None:
    moziplus("project", "create", "--id", "quant", home=home)
    file = home / "projects" / "quant" / "config" / "project.yaml"
    before = file.read_text()
    assert moziplus("project", "edit", "quant", "--agents", "a,a", home=home).code == 2
    assert moziplus("project", "edit", "nope", "--name", "x", home=home).code == 3
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "nonsense: 1" >> "$1"\n')
    editor.chmod(0o755)
    done = moziplus("project", "edit", "quant", home=home, EDITOR=str(editor))
    assert done.code == 2 and "nonsense: expected" in done.err
    spaced = editor.parent / "my tools" / "the editor"
    spaced.parent.mkdir()
    editor.rename(spaced)
    done = moziplus("project", "edit", "quant", home=home, EDITOR=str(spaced))
    assert done.code == 2 and "nonsense: expected" in done.err
    for command, said in (("'no end", "quotes that do not close"), ("nowhere -w", "nowhere is not found")):
        done = moziplus("project", "edit", "quant", home=home, EDITOR=command)
        assert (done.code, said in done.err, done.err.count("\n")) == (2, True, 1)
    assert moziplus("project", "edit", "quant", home=home, EDITOR="true").code == 2
    assert file.read_text() == before


def test_a_project_that_cannot_be_read_does_not_hide_the_others(home: Path) -> None:
    for name in ("good", "gone", "torn", "wrong"):
        moziplus("project", "create", "--id", name, home=home)
    (home / "projects" / "gone" / "blackboard.db").unlink()
    (home / "projects" / "torn" / "blackboard.db").write_bytes(b"no database " * 500)
    (home / "projects" / "wrong" / "config" / "project.yaml").write_text("project: 7\n")
    done = moziplus("project", "list", "--json", home=home)
    problems = {row["id"]: row["problem"] for row in done.records}
    assert done.code == 0 and problems.pop("good") is None
    assert {name: bool(problem) for name, problem in problems.items()} == {"gone": True, "torn": True, "wrong": True}
    assert moziplus("project", "list", home=home).code == 0


def test_a_table_keeps_its_columns_under_wide_names(home: Path) -> None:
    moziplus("project", "create", "--id", "quant", "--name", "量化实战", home=home)
    moziplus("project", "create", "--id", "web", "--name", "Web", home=home)
    heading, *rows = moziplus("project", "list", home=home).out.splitlines()
    assert rows[0].startswith("quant  量化实战  ") and rows[1].startswith("web    Web       ")
    assert heading.startswith("ID     NAME      ")
