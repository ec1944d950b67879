"""Promises of `task merge` and `task discard`: computed beside the checkout, one step, refused with the reason, never lost."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.worktrees import kept_worktrees
from console.keeping.retention import clean
from console.settings import Retention
from tests.branches import done_task, git, operators_repository
from tests.homes import CLOCK, SUBMITS, TeamHome, eventually


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The operator's repository."""
    return operators_repository(tmp_path / "src")


@pytest.fixture
def team(tmp_path: Path, top: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"a": SUBMITS}, workdir=str(top), worktrees=True)
    yield made
    made.close()


@pytest.fixture
def done(team: TeamHome, top: Path) -> Callable[..., Path]:
    """Makes a done task with a worktree in which `content` was committed; gives its folder."""
    return partial(done_task, team, top)


def said(team: TeamHome, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, record, complaint of `moziplus task …`."""
    found = team.cli("task", *arguments, "--json")
    return found.returncode, json.loads(found.stdout or "{}"), found.stderr


@pytest.mark.parametrize(("way", "parents"), [("--merge", 2), ("--squash", 1), ("--rebase", 1)])
def test_a_done_task_is_merged_and_its_worktree_goes(
    team: TeamHome, top: Path, done: Callable[..., Path], way: str, parents: int
) -> None:
    folder = done()
    (top / "other.txt").write_text("meanwhile\n")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "meanwhile")
    (top / "mine.txt").write_text("not in any commit\n")
    code, record, _ = said(team, "merge", "1", way)
    assert code == 0 and record["merged"] == git(top, "rev-parse", "main").strip() and record["into"] == "main"
    assert len(git(top, "log", "-1", "--format=%P").split()) == parents
    assert (top / "a.txt").read_text() == "one\n2\n3\n" and (top / "other.txt").exists()
    assert git(top, "status", "--porcelain") == "?? mine.txt\n"
    assert not folder.exists() and not git(top, "branch", "--list", "moziplus/*")
    again = said(team, "merge", "1", way)
    assert (again[0], again[1]["already"], again[1]["merged"]) == (0, True, record["merged"])
    assert "merged" in [row["kind"] for row in team.db().execute("SELECT kind FROM events WHERE actor = 'operator'")]


def test_a_dirty_target_is_refused_with_the_reason_and_nothing_moves(
    team: TeamHome, top: Path, done: Callable[..., Path]
) -> None:
    folder, before = done(), git(top, "rev-parse", "main")
    (top / "a.txt").write_text("mine\n")
    code, _, complaint = said(team, "merge", "1")
    assert code == 4 and "has changes (a.txt)" in complaint and "stash" in complaint
    assert git(top, "rev-parse", "main") == before and (top / "a.txt").read_text() == "mine\n" and folder.exists()
    git(top, "checkout", "-q", "-b", "elsewhere")
    assert said(team, "merge", "1")[0] == 0
    assert (top / "a.txt").read_text() == "mine\n", "a checkout of another branch is left alone"


def test_an_untracked_file_in_the_way_is_never_overwritten(
    team: TeamHome, top: Path, done: Callable[..., Path]
) -> None:
    done("theirs\n", "新.txt")
    (top / "新.txt").write_text("mine\n")
    before = git(top, "rev-parse", "main")
    assert said(team, "merge", "1")[0] == 4
    assert (top / "新.txt").read_text() == "mine\n" and git(top, "rev-parse", "main") == before


def test_work_that_is_not_committed_is_not_merged_away(team: TeamHome, done: Callable[..., Path]) -> None:
    folder = done(committed=False)
    code, _, complaint = said(team, "merge", "1")
    assert code == 4 and "not committed (a.txt)" in complaint and f"git -C {folder} add -A" in complaint


def test_a_check_that_fails_refuses_the_merge(team: TeamHome, top: Path, done: Callable[..., Path]) -> None:
    done()
    file = team.home.project_folder("quant") / "config" / "project.yaml"
    file.write_text(file.read_text() + 'worktree: {checks: ["grep -q one a.txt", [sh, -c, "echo no good; exit 3"]]}\n')
    before = git(top, "rev-parse", "main")
    code, _, complaint = said(team, "merge", "1")
    assert code == 4 and "exit code 3: no good" in complaint and git(top, "rev-parse", "main") == before


def test_conflicts_become_one_task_for_the_author_in_the_same_worktree(
    team: TeamHome, top: Path, done: Callable[..., Path]
) -> None:
    folder = done()
    (top / "a.txt").write_text("eins\n2\n3\n")
    git(top, "commit", "-q", "-a", "-m", "meanwhile")
    code, record, _ = said(team, "merge", "1")
    assert code == 4 and record["merged"] is None and record["follow_up"] == 2
    follow_up = get_task(team.db(), 2)
    assert follow_up.parent == 1 and follow_up.work_folder == str(folder) and "a.txt" in follow_up.body
    assert "#2 (pending) works in the same worktree" in said(team, "merge", "1")[2]
    assert git(top, "status", "--porcelain") == "" and (top / "a.txt").read_text() == "eins\n2\n3\n"
    subprocess.run(["git", "-C", str(folder), "merge", "-q", "main"], check=False, capture_output=True)
    (folder / "a.txt").write_text("both\n2\n3\n")
    git(folder, "commit", "-q", "-a", "-m", "resolved")
    team.db().execute("UPDATE tasks SET status = 'done' WHERE id = 2")
    assert said(team, "merge", "1")[0] == 0
    assert (top / "a.txt").read_text() == "both\n2\n3\n"
    assert [get_task(team.db(), n).work_folder for n in (1, 2)] == [None, None]


@pytest.mark.parametrize("point", ["merge.noted", "merge.checked_out", "merge.moved", "merge.done"])
def test_a_kill_in_the_middle_of_a_merge_loses_nothing(
    team: TeamHome, top: Path, done: Callable[..., Path], point: str
) -> None:
    done()
    killed = team.start("task", "merge", "1", MOZIPLUS_CRASH_AT=point)
    assert killed.wait(60) != 0
    code, record, complaint = said(team, "merge", "1")
    assert code == 0, complaint
    assert git(top, "log", "--format=%s").splitlines()[1:] in (["work 1", "first"], ["first", "work 1"])
    assert git(top, "status", "--porcelain") == "" and (top / "a.txt").read_text() == "one\n2\n3\n"
    assert record["into"] == "main" and not git(top, "for-each-ref", "refs/moziplus").strip()


def test_discarded_work_is_kept_whole_for_its_days_and_can_be_got_back(
    team: TeamHome, top: Path, done: Callable[..., Path]
) -> None:
    folder = done()
    (folder / "a.txt").write_text("not committed\n")
    (folder / "结果.csv").write_text("untracked\n")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_text("cache\n")
    assert said(team, "discard", "1")[0] == 2, "nobody at a terminal agrees"
    code, record, _ = said(team, "discard", "1", "--yes")
    assert code == 0 and record["ref"] == "refs/moziplus/discarded/quant/1/1" and not folder.exists()
    assert said(team, "discard", "1", "--yes")[1]["ref"] == record["ref"], "twice is harmless"
    shown = said(team, "show", "1")[1]["worktree"]
    subprocess.run(shown["get_back"], shell=True, check=True)
    assert (
        git(top, "show", "task-1:结果.csv") == "untracked\n" and git(top, "show", "task-1:a.txt") == "not committed\n"
    )
    assert "__pycache__" not in git(top, "ls-tree", "-r", "--name-only", "task-1")
    assert "work 1" in git(top, "log", "--format=%s", "task-1")
    inbox = team.home.path / "inbox" / "daemon.jsonl"
    for days, left in ((29, 1), (31, 0)):
        clean(team.home, Retention(), inbox=inbox, now=CLOCK.now() + days * 86_400_000)
        assert len(git(top, "for-each-ref", "refs/moziplus").splitlines()) == left


def test_the_question_before_a_discard_names_what_would_go(team: TeamHome, done: Callable[..., Path]) -> None:
    folder = done()
    (folder / "notes.txt").write_text("not in any commit\n")
    terminal, theirs = os.openpty()
    asking = subprocess.Popen(team.command("task", "discard", "1"), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"?" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"n\n")
    assert asking.wait(30) == 2
    os.close(terminal)
    assert b"notes.txt" in shown and b"commit" in shown, shown
    assert folder.is_dir()


def test_to_merge_what_was_discarded_says_so_and_how_to_get_it_back(team: TeamHome, done: Callable[..., Path]) -> None:
    done()
    ref = said(team, "discard", "1", "--yes")[1]["ref"]
    code, _, complaint = said(team, "merge", "1")
    assert code == 4 and "was discarded" in complaint and ref in complaint and "brings it back" in complaint


def test_to_merge_what_somebody_merged_by_hand_says_so(team: TeamHome, top: Path, done: Callable[..., Path]) -> None:
    done()
    git(top, "merge", "-q", "moziplus/quant/1")
    code, record, _ = said(team, "merge", "1")
    assert (code, record["already"], record["merged"]) == (0, True, git(top, "rev-parse", "main").strip())
    team.task()
    team.db().execute("UPDATE tasks SET status = 'done' WHERE id = 2")
    assert "task #2 has no git worktree" in said(team, "merge", "2")[2]


def test_a_repository_of_its_own_is_not_discarded_by_half(team: TeamHome, done: Callable[..., Path]) -> None:
    folder = done()
    (folder / "lib").mkdir()
    git(folder / "lib", "init", "-q")
    (folder / "lib" / "x").write_text("x\n")
    code, _, complaint = said(team, "discard", "1", "--yes")
    assert code == 4 and "lib" in complaint and (folder / "lib" / "x").exists()


def test_what_is_kept_is_named_with_its_reason_size_and_what_to_type_wherever_one_looks(
    team: TeamHome, top: Path, done: Callable[..., Path]
) -> None:
    folder = done(committed=False)
    scheduler = team.start("run")
    eventually(lambda: bool(kept_worktrees(team.db())), account=team.account)
    scheduler.terminate()
    assert scheduler.wait(20) == 0
    (_, row), *_ = kept_worktrees(team.db())
    commits = f"git -C {folder} add -A && git -C {folder} commit"
    for arguments in (("doctor",), ("task", "show", "1"), ("clean", "--dry-run")):
        text = team.cli(*arguments).stdout
        for said in ("1 changed files are not committed (a.txt)", str(row.size), commits, "moziplus task discard 1"):
            assert said in text.replace("\n", " "), (arguments, text)
    (listed,) = [
        found
        for line in team.cli("clean", "--dry-run", "--json").stdout.splitlines()
        if (found := json.loads(line))["kind"] == "kept worktree"
    ]
    assert listed["folder"] == str(folder) and listed["task"] == 1 and listed["size"] == row.size > 0
    assert listed["reasons"][0]["code"] == "uncommitted" and commits in listed["do"]
    assert folder.exists()
