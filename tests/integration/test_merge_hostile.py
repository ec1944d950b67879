"""Promises that merge, discard and tidying lose nothing in repositories and checkouts that are not as one expects them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.branches import commit, done_task, git, operators_repository
from tests.homes import SUBMITS, TeamHome

WITH_FILES = ("-c", "protocol.file.allow=always")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return operators_repository(tmp_path / "src")


@pytest.fixture
def team(tmp_path: Path, top: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"a": SUBMITS}, workdir=str(top), worktrees=True)
    yield made
    made.close()


def said(team: TeamHome, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, record, complaint of `moziplus task …`."""
    found = team.cli("task", *arguments, "--json")
    return found.returncode, json.loads(found.stdout or "{}"), found.stderr


def configure(team: TeamHome, more: str) -> None:
    file = team.home.project_folder("quant") / "config" / "project.yaml"
    file.write_text(file.read_text() + more)


def submodule(tmp_path: Path, top: Path) -> None:
    """`lib` becomes a submodule of the operator's repository."""
    lib = operators_repository(tmp_path / "lib")
    git(top, *WITH_FILES, "submodule", "add", "-q", str(lib), "lib")
    commit(top, "lib")


def test_an_ignored_file_of_the_operators_is_never_written_over(team: TeamHome, top: Path) -> None:
    (top / ".gitignore").write_text("*.log\n")
    commit(top)
    folder = done_task(team, top)
    (folder / "r.log").write_text("theirs\n")
    git(folder, "add", "-f", "r.log")
    git(folder, "commit", "-q", "-m", "log")
    (top / "r.log").write_text("mine\n")
    code, _, complaint = said(team, "merge", "1")
    assert code == 4 and "r.log" in complaint and "move it away" in complaint
    assert (top / "r.log").read_text() == "mine\n"


def test_an_ignored_folder_where_a_file_comes_is_never_removed(team: TeamHome, top: Path) -> None:
    (top / ".gitignore").write_text("out\n")
    commit(top)
    folder = done_task(team, top)
    (folder / "out").write_text("a file\n")
    git(folder, "add", "-f", "out")
    git(folder, "commit", "-q", "-m", "out")
    (top / "out").mkdir()
    (top / "out" / "mine").write_text("mine\n")
    assert said(team, "merge", "1")[0] == 4
    assert (top / "out" / "mine").read_text() == "mine\n"


def test_what_the_operator_staged_is_kept_also_where_the_file_is_as_the_merge_makes_it(
    team: TeamHome, top: Path
) -> None:
    done_task(team, top)
    (top / "a.txt").write_text("STAGED\n")
    git(top, "add", "a.txt")
    (top / "a.txt").write_text("one\n2\n3\n")
    assert said(team, "merge", "1")[0] == 4
    assert git(top, "show", ":a.txt") == "STAGED\n"


def test_a_submodule_in_which_the_operator_works_is_not_replaced_by_a_file(
    team: TeamHome, top: Path, tmp_path: Path
) -> None:
    submodule(tmp_path, top)
    folder = done_task(team, top)
    git(folder, "rm", "-q", "-f", "lib")
    (folder / "lib").write_text("a file\n")
    commit(folder)
    (top / "lib" / "new").write_text("mine\n")
    assert said(team, "merge", "1")[0] == 4
    assert (top / "lib" / "new").read_text() == "mine\n"


def test_a_submodules_commit_that_only_the_worktree_has_keeps_it_also_when_it_is_merged(
    team: TeamHome, top: Path, tmp_path: Path
) -> None:
    submodule(tmp_path, top)
    folder = done_task(team, top)
    git(folder, *WITH_FILES, "submodule", "update", "-q", "--init")
    (folder / "lib" / "a.txt").write_text("agent\n")
    commit(folder / "lib", "agent")
    commit(folder)
    code, record, _ = said(team, "merge", "1")
    assert code == 0 and [one["code"] for one in record["kept"]] == ["submodule"]
    assert git(folder / "lib", "log", "-1", "--format=%s") == "agent\n"
    git(top / "lib", "fetch", "-q", str(folder / "lib"), "HEAD")
    assert said(team, "merge", "1")[1]["kept"] == [], "the operator has it now"
    assert not folder.exists()


def test_a_worktree_that_was_moved_by_hand_keeps_its_branch(team: TeamHome, top: Path, tmp_path: Path) -> None:
    folder, there = done_task(team, top), tmp_path / "elsewhere"
    git(top, "worktree", "move", str(folder), str(there))
    (there / "new.txt").write_text("not committed\n")
    code, record, _ = said(team, "merge", "1")
    assert code == 0 and [one["code"] for one in record["kept"]] == ["elsewhere"]
    assert git(there, "log", "-1", "--format=%s") == "work 1\n"
    code, _, complaint = said(team, "discard", "1", "--yes")
    assert code == 4 and "puts it back" in complaint
    subprocess.run(complaint.split("`")[1], shell=True, check=True)
    assert said(team, "discard", "1", "--yes")[0] == 0
    assert git(top, "show", "refs/moziplus/discarded/quant/1/1:new.txt") == "not committed\n"


def test_the_checkout_of_a_repository_whose_git_folder_lies_elsewhere_follows_its_branch(
    team: TeamHome, top: Path, tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q", "--separate-git-dir", str(tmp_path / "kept"), str(top))
    done_task(team, top)
    assert said(team, "merge", "1")[0] == 0
    assert (top / "a.txt").read_text() == "one\n2\n3\n" and git(top, "status", "--porcelain") == ""


@pytest.mark.parametrize("form", ["sha256", "shallow"])
def test_checks_run_in_repositories_of_every_form(team: TeamHome, top: Path, tmp_path: Path, form: str) -> None:
    place = tmp_path / form
    if form == "shallow":
        (top / "b.txt").write_text("b\n")
        commit(top, "second")
        git(tmp_path, "clone", "-q", "--depth=1", f"file://{top}", str(place))
    else:
        place.mkdir()
        git(place, "init", "-q", "-b", "main", "--object-format=sha256")
        (place / "a.txt").write_text("1\n")
        commit(place, "first")
    configure(team, 'worktree: {checks: ["git log --oneline && grep one a.txt"]}\n')
    team.cli("project", "edit", "quant", "--workdir", str(place))
    done_task(team, place)
    code, _, complaint = said(team, "merge", "1")
    assert code == 0, complaint
    assert (place / "a.txt").read_text().startswith("one") and git(place, "status", "--porcelain") == ""


def test_a_repository_that_was_moved_is_found_by_the_projects_workdir(
    team: TeamHome, top: Path, tmp_path: Path
) -> None:
    folder = done_task(team, top)
    moved = top.rename(tmp_path / "moved")
    code, _, complaint = said(team, "merge", "1")
    assert code == 2 and "project edit --workdir" in complaint
    team.cli("project", "edit", "quant", "--workdir", str(moved))
    code, _, complaint = said(team, "merge", "1")
    assert code != 0 and f"git worktree repair {folder}" in complaint and folder.exists()
    git(moved, "worktree", "repair", str(folder))
    assert said(team, "merge", "1")[0] == 0 and (moved / "a.txt").read_text() == "one\n2\n3\n"


def test_a_lock_of_the_index_is_named_with_what_to_do(team: TeamHome, top: Path) -> None:
    done_task(team, top)
    (top / ".git" / "index.lock").write_text("")
    before = git(top, "rev-parse", "main")
    code, _, complaint = said(team, "merge", "1")
    assert code == 4 and "index.lock" in complaint and "remove it" in complaint
    assert git(top, "rev-parse", "main") == before and (top / "a.txt").read_text() == "1\n2\n3\n"


def test_no_merge_driver_is_run(team: TeamHome, top: Path, tmp_path: Path) -> None:
    git(top, "config", "merge.evil.driver", f"touch {tmp_path}/ran; true")
    (top / ".gitattributes").write_text("* merge=evil\n")
    commit(top)
    done_task(team, top)
    (top / "a.txt").write_text("1\n2\nthree\n")
    commit(top)
    assert said(team, "merge", "1")[0] == 0
    assert (top / "a.txt").read_text() == "one\n2\nthree\n" and not (tmp_path / "ran").exists()


def test_a_project_with_worktrees_where_no_repository_is_says_so_at_once(
    team: TeamHome, top: Path, tmp_path: Path
) -> None:
    (tmp_path / "plain").mkdir()
    for arguments in (
        ("create", "--id", "other", "--workdir", str(tmp_path / "plain"), "--worktrees"),
        ("edit", "quant", "--workdir", str(tmp_path / "plain")),
    ):
        told = team.cli("project", *arguments)
        assert told.returncode == 0 and "is in no git repository; run `git init`" in told.stdout, told
    assert "repository" not in team.cli("project", "edit", "quant", "--workdir", str(top)).stdout


NAMES = (
    "new\nline",
    "ta\tb",
    "qu'ote\"s",
    "中文 名.txt",
    "-dash",
    "back\\slash",
    ":colon",
    "*star",
    " x",
    "e\u0301.txt",
)


def test_names_of_every_kind_are_merged_and_put_away(team: TeamHome, top: Path) -> None:
    for number, verb in ((1, ("merge", "1")), (2, ("discard", "2", "--yes"))):
        folder = done_task(team, top, f"{number}\n")
        for name in NAMES:
            (folder / name).write_text(f"{number}\n")
        if number == 1:
            commit(folder)
        code, _, complaint = said(team, *verb)
        assert code == 0 and not folder.exists(), complaint
    assert all((top / name).read_text() == "1\n" for name in NAMES) and git(top, "status", "--porcelain") == ""
    assert git(top, "show", "refs/moziplus/discarded/quant/2/1:中文 名.txt") == "2\n"


HALF: dict[str, dict[str, str | None]] = {
    "nothing was written": {},
    "a file was taken away": {"a.txt": None},
    "a file was written in part": {"a.txt": "on"},
    "a new file was written in part": {"new.txt": "ne"},
    "both were written": {"a.txt": "one\n2\n3\n", "new.txt": "new\n"},
}


@pytest.mark.parametrize("half", HALF)
def test_a_kill_while_the_files_of_a_merge_are_written_is_gone_on_with(team: TeamHome, top: Path, half: str) -> None:
    folder = done_task(team, top)
    (folder / "new.txt").write_text("new\n")
    commit(folder)
    assert team.start("task", "merge", "1", MOZIPLUS_CRASH_AT="merge.noted").wait(60) == -9
    for name, text in HALF[half].items():
        (top / name).unlink(missing_ok=True) if text is None else (top / name).write_text(text)
    code, _, complaint = said(team, "merge", "1")
    assert code == 0, complaint
    assert (top / "a.txt").read_text() == "one\n2\n3\n" and (top / "new.txt").read_text() == "new\n"
    assert git(top, "status", "--porcelain") == "" and not folder.exists()


def test_a_change_that_the_operator_made_after_a_kill_is_never_written_over(team: TeamHome, top: Path) -> None:
    done_task(team, top)
    assert team.start("task", "merge", "1", MOZIPLUS_CRASH_AT="merge.noted").wait(60) == -9
    (top / "a.txt").write_text("one\n2\n3\nmine\n")
    assert said(team, "merge", "1")[0] == 4
    assert (top / "a.txt").read_text() == "one\n2\n3\nmine\n"
