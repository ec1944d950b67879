"""Promises that commits which only a worktree's reflogs know outlive it, by name and for some days."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.tasks import get_task
from console.keeping.retention import clean
from console.settings import Retention
from tests.branches import commit, done_task, git, operators_repository
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


def wrote(tree: Path, text: str) -> str:
    (tree / "found.txt").write_text(text)
    return commit(tree, text)


def taken_back(tree: Path) -> None:
    wrote(tree, "found")
    git(tree, "reset", "-q", "--hard", "HEAD~1")


def amended(tree: Path) -> None:
    wrote(tree, "found")
    (tree / "found.txt").write_text("less\n")
    git(tree, "commit", "-q", "-a", "--amend", "-m", "less")


def branch_deleted(tree: Path) -> None:
    git(tree, "checkout", "-q", "-b", "try")
    wrote(tree, "found")
    git(tree, "checkout", "-q", "-")
    git(tree, "branch", "-q", "-D", "try")


def detached_and_left(tree: Path) -> None:
    git(tree, "checkout", "-q", "--detach")
    wrote(tree, "found")
    git(tree, "checkout", "-q", "moziplus/quant/1")


def two_of_them(tree: Path) -> None:
    taken_back(tree)
    wrote(tree, "another")
    git(tree, "reset", "-q", "--hard", "HEAD~1")


WAYS = (taken_back, amended, branch_deleted, detached_and_left, two_of_them)


def shown(team: TeamHome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(team.cli("task", "show", "1", "--json").stdout)["worktree"]
    return found


def has_it(top: Path, ref: str) -> bool:
    return "found" in git(top, "log", "--format=%s", ref).splitlines()


@pytest.mark.parametrize("leave", WAYS, ids=lambda leave: leave.__name__)
def test_commits_that_an_agent_took_back_outlive_a_merge(
    team: TeamHome, top: Path, leave: Callable[[Path], None]
) -> None:
    tree = done_task(team, top)
    leave(tree)
    assert team.cli("task", "merge", "1").returncode == 0
    assert not tree.exists() and get_task(team.db(), 1).branch is None
    told = shown(team)
    assert told["left"] == "refs/moziplus/left/quant/1/1" and told["discarded"] is None
    assert "left behind" in team.cli("task", "show", "1").stdout
    subprocess.run(told["get_back"], shell=True, check=True)
    assert has_it(top, "task-1")
    inbox = team.home.path / "inbox" / "daemon.jsonl"
    for days, left in ((29, 1), (31, 0)):
        clean(team.home, Retention(), inbox=inbox, now=CLOCK.now() + days * 86_400_000)
        assert len(git(top, "for-each-ref", "refs/moziplus").splitlines()) == left


def test_they_outlive_the_tidying_of_a_scheduler_too(team: TeamHome, top: Path) -> None:
    tree = done_task(team, top)
    taken_back(tree)
    git(top, "merge", "-q", "moziplus/quant/1")
    scheduler = team.start("run")
    eventually(lambda: get_task(team.db(), 1).branch is None, account=team.account)
    scheduler.terminate()
    assert scheduler.wait(20) == 0
    assert has_it(top, shown(team)["left"])


def test_they_are_in_what_is_discarded(team: TeamHome, top: Path) -> None:
    taken_back(done_task(team, top))
    assert team.cli("task", "discard", "1", "--yes").returncode == 0
    assert has_it(top, shown(team)["discarded"])


def test_where_nothing_was_taken_back_nothing_is_kept(team: TeamHome, top: Path) -> None:
    tree = done_task(team, top)
    wrote(tree, "more")
    assert team.cli("task", "merge", "1", "--squash").returncode == 0
    assert not tree.exists() and git(top, "for-each-ref", "refs/moziplus") == ""
    assert shown(team)["left"] is None and shown(team)["get_back"] is None


def test_a_stash_and_another_branch_are_the_repositorys_and_stay(team: TeamHome, top: Path) -> None:
    tree = done_task(team, top)
    git(tree, "checkout", "-q", "-b", "aside")
    wrote(tree, "found")
    git(tree, "checkout", "-q", "moziplus/quant/1")
    (tree / "a.txt").write_text("put aside\n")
    git(tree, "stash", "-q")
    assert team.cli("task", "merge", "1").returncode == 0 and not tree.exists()
    assert has_it(top, "aside") and "WIP on moziplus/quant/1" in git(top, "stash", "list")
    assert shown(team)["left"] is None
