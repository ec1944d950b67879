"""Promises that a merge moves no branch that git itself is at work on, and believes no merge that was lost again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.branches import commit, done_task, git, operators_repository
from tests.homes import SUBMITS, TeamHome


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


def rebased(top: Path) -> None:
    git(top, "checkout", "-q", "-b", "side")
    (top / "c.txt").write_text("side\n")
    commit(top, "side")
    git(top, "checkout", "-q", "main")
    (top / "c.txt").write_text("main\n")
    commit(top, "mine")
    subprocess.run(["git", "-C", str(top), "rebase", "side"], check=False, capture_output=True)


def bisected(top: Path) -> None:
    (top / "c.txt").write_text("c\n")
    commit(top, "second")
    (top / "c.txt").write_text("d\n")
    commit(top, "third")
    git(top, "bisect", "start", "HEAD", "HEAD~2")


def taken_along(top: Path) -> None:
    """A branch on top of `main` is rebased, and `main` is moved along with it."""
    git(top, "checkout", "-q", "-b", "above")
    (top / "c.txt").write_text("c\n")
    commit(top, "above")
    git(top, "checkout", "-q", "-b", "side", "main")
    git(top, "commit", "-q", "--allow-empty", "-m", "side")
    git(top, "checkout", "-q", "main")
    (top / "d.txt").write_text("d\n")
    commit(top, "mine")
    git(top, "checkout", "-q", "above")
    git(top, "rebase", "-q", "main")
    editor = ("-c", "sequence.editor=sed -i.bak 1s/^pick/edit/")
    git(top, *editor, "rebase", "-i", "--update-refs", "side")


def reverting(top: Path) -> None:
    (top / "c.txt").write_text("c\n")
    commit(top, "second")
    git(top, "revert", "--no-commit", "HEAD")
    git(top, "checkout", "HEAD", "--", "c.txt")


@pytest.mark.parametrize("middle", [rebased, bisected, taken_along, reverting], ids=lambda one: one.__name__)
def test_a_target_that_git_itself_is_at_work_on_is_not_moved_under_it(
    team: TeamHome, top: Path, middle: Callable[[Path], None]
) -> None:
    folder = done_task(team, top)
    middle(top)
    before = git(top, "rev-parse", "main")
    code, _, complaint = said(team, "merge", "1", "--into", "main")
    assert code == 4 and "under way" in complaint and str(top) in complaint, complaint
    assert git(top, "rev-parse", "main") == before and folder.exists()


def test_a_merge_that_the_target_lost_again_is_not_called_merged(team: TeamHome, top: Path) -> None:
    done_task(team, top)
    assert said(team, "merge", "1")[0] == 0
    merged = git(top, "rev-parse", "main").strip()
    git(top, "reset", "-q", "--hard", "HEAD~1")
    code, _, complaint = said(team, "merge", "1")
    assert code == 4 and f"git -C {top} merge {merged}" in complaint, complaint
    git(top, "merge", "-q", merged)
    assert said(team, "merge", "1")[0] == 0
