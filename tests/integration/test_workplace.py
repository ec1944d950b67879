"""Promises of where an agent works, with real git: one place per task, kept between rounds, nothing thrown away."""

from __future__ import annotations

import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from console.agents.workplace import Place, clear_workplace, make_workplace
from console.errors import NotStartable, UsageError
from console.git.diffing import diff_against_base
from console.git.worktree import make_worktree, remove_worktree, worktree_of
from console.records.task import Task

TASK = Task(id=7, title="work")


def git(folder: Path, *arguments: str) -> str:
    """Real git, as an agent would call it."""
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit and a folder inside."""
    top = tmp_path / "源 code"
    (top / "sub").mkdir(parents=True)
    git(top, "init", "-q", "-b", "main")
    (top / "a.txt").write_text("one\n")
    (top / "sub" / "b.txt").write_text("two\n")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "first")
    return top


def place(project: Path, workdir: Path | None, task: Task = TASK, *, reviewer: bool = False) -> Place:
    """The place in a project with worktrees."""
    project.mkdir(exist_ok=True)
    return make_workplace("quant", project, task, reviewer=reviewer, workdir=workdir, worktrees=workdir is not None)


def remembered(found: Place) -> Task:
    """The task as the blackboard has it after `set_worktree`."""
    assert found.worktree is not None
    return replace(TASK, work_folder=str(found.worktree.folder), branch=found.worktree.branch)


def test_without_a_workdir_a_task_has_a_private_folder_of_its_own(tmp_path: Path) -> None:
    found = place(tmp_path, None)
    assert found.cwd == found.task_dir == tmp_path / "artifacts" / "7"
    assert sorted(p.name for p in found.cwd.iterdir()) == ["archive", "data", "outputs", "reviews"]
    for folder in (found.cwd.parent, found.cwd, *found.cwd.iterdir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_with_a_workdir_authors_work_there_and_reviewers_in_the_tasks_folder(tmp_path: Path, repository: Path) -> None:
    shared = make_workplace("quant", tmp_path, TASK, workdir=repository)
    assert shared.cwd == repository and shared.worktree is None
    assert make_workplace("quant", tmp_path, TASK, workdir=repository, reviewer=True).cwd == shared.task_dir
    with pytest.raises(UsageError, match="is not there"):
        make_workplace("quant", tmp_path, TASK, workdir=tmp_path / "unmounted")


def test_a_task_has_a_worktree_and_branch_of_its_own_kept_between_rounds(tmp_path: Path, repository: Path) -> None:
    first = place(tmp_path / "p", repository / "sub")
    assert first.worktree is not None and first.worktree.branch == "moziplus/quant/7"
    assert first.cwd == tmp_path / "p" / "worktrees" / "7" / "sub"
    (first.cwd / "b.txt").write_text("changed\n")
    again = place(tmp_path / "p", repository / "sub", remembered(first))
    assert again.cwd == first.cwd and (again.cwd / "b.txt").read_text() == "changed\n"
    other = place(tmp_path / "p", repository, replace(TASK, id=8))
    assert other.cwd != first.cwd
    assert git(repository, "status", "--porcelain") == "", "the operator's own checkout is left alone"
    seen = place(tmp_path / "p", repository, remembered(first), reviewer=True)
    assert seen.cwd == seen.task_dir and seen.worktree is not None and seen.worktree.folder == first.cwd.parent


def test_a_lost_folder_is_made_again_with_what_its_branch_holds(tmp_path: Path, repository: Path) -> None:
    first = place(tmp_path, repository)
    (first.cwd / "new.txt").write_text("kept\n")
    git(first.cwd, "add", "-A")
    git(first.cwd, "commit", "-q", "-m", "work")
    base = first.worktree.base if first.worktree else ""
    subprocess.run(["rm", "-rf", str(first.cwd)], check=True)
    assert worktree_of(remembered(first), None) is None
    again = place(tmp_path, repository, remembered(first))
    assert (again.cwd / "new.txt").read_text() == "kept\n"
    assert again.worktree is not None and again.worktree.base == base


def test_the_diff_has_committed_uncommitted_and_new_files_and_leaves_the_index_alone(
    tmp_path: Path, repository: Path
) -> None:
    found = place(tmp_path, repository)
    assert found.worktree is not None
    (found.cwd / "a.txt").write_text("one\nmore\n")
    git(found.cwd, "commit", "-q", "-a", "-m", "committed")
    (found.cwd / "sub" / "b.txt").write_text("changed\n")
    (found.cwd / "新.txt").write_text("fresh\n")
    git(repository, "commit", "-q", "--allow-empty", "-m", "meanwhile")
    before = git(found.cwd, "status", "--porcelain")
    text = diff_against_base(found.worktree)
    assert b"+more" in text and b"+changed" in text and b"+fresh" in text
    assert "diff --git a/新.txt b/新.txt".encode() in text, "a name stands as it is"
    assert git(found.cwd, "status", "--porcelain") == before


def test_a_worktree_goes_when_its_work_is_merged_and_not_before(tmp_path: Path, repository: Path) -> None:
    found = place(tmp_path, repository)
    task = remembered(found)
    assert found.worktree is not None
    (found.cwd / "a.txt").write_text("better\n")
    assert [one.code for one in clear_workplace(task, repository)] == ["uncommitted"]
    git(found.cwd, "commit", "-q", "-a", "-m", "better")
    assert [one.code for one in clear_workplace(task, repository)] == ["unmerged"]
    git(repository, "merge", "-q", found.worktree.branch)
    assert clear_workplace(task, repository) == ()
    assert not found.cwd.exists() and git(repository, "branch", "--list", "moziplus/*") == ""
    assert clear_workplace(task, repository) == (), "clearing twice is no fault"


def test_a_folder_without_a_commit_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(NotStartable, match="git repository with a commit"):
        place(tmp_path, tmp_path / "plain")
    git(tmp_path / "plain", "init", "-q")
    with pytest.raises(NotStartable, match="git repository with a commit"):
        place(tmp_path, tmp_path / "plain")


def test_an_agent_that_switched_the_branch_is_told_on_the_next_start(tmp_path: Path, repository: Path) -> None:
    found = place(tmp_path, repository)
    git(found.cwd, "checkout", "-q", "-b", "elsewhere")
    with pytest.raises(NotStartable, match="elsewhere"):
        place(tmp_path, repository, remembered(found))


def test_an_operators_git_variables_and_hooks_do_not_reach_in(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = repository / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/hooked'\n")
    hook.chmod(0o755)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    tree = make_worktree(repository, tmp_path / "tree", "moziplus/quant/9")
    assert (tree.folder / "a.txt").exists() and not (tmp_path / "hooked").exists()
    assert remove_worktree(tree, {"main": "HEAD"}) == ()
