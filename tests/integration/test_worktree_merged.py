"""Promises that merged work is known by whatever way it came into its target, and work of a submodule is not forgotten."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from console.git.worktree import Worktree, make_worktree, remove_worktree, repository_of, targets_of
from console.records.worktree import Kept

BRANCH = "moziplus/quant/1"


def git(folder: Path, *arguments: str) -> str:
    """Real git, as an agent would call it."""
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with one commit."""
    folder = tmp_path / "src"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("".join(f"{n}\n" for n in range(30)))
    (folder / "sub").mkdir()
    (folder / "sub" / "b.py").write_text("if True:\n    x = 1\n")
    (folder / ".gitignore").write_text("*.result\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


@pytest.fixture
def tree(tmp_path: Path, top: Path) -> Worktree:
    return make_worktree(top, tmp_path / "trees" / "1", BRANCH)


def tidied(tree: Worktree) -> tuple[Kept, ...]:
    """What tidying says of it now."""
    return remove_worktree(tree, targets_of(repository_of(tree.repository), "main", tree.branch))


def commit(folder: Path, message: str = "work") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.mark.parametrize("way", ["squash", "rebase", "cherry-pick", "squash and on", "squash and changed again"])
def test_work_that_came_into_its_target_by_another_commit_is_merged(top: Path, tree: Worktree, way: str) -> None:
    (tree.folder / "a.txt").write_text("".join(f"{n}\n" for n in range(30)) + "x\n")
    first = commit(tree.folder, "one")
    (tree.folder / "图.bin").write_bytes(b"" if "again" in way else b"\0\1\2")
    commit(tree.folder, "two")
    (top / "sub" / "other.txt").write_text("meanwhile\n")
    commit(top, "meanwhile")
    if way == "rebase":
        git(top, "checkout", "-q", "-b", "copy", BRANCH)
        git(top, "rebase", "-q", "main")
        git(top, "checkout", "-q", "main")
        git(top, "merge", "-q", "--ff-only", "copy")
        git(top, "branch", "-D", "copy")
    elif way == "cherry-pick":
        git(top, "cherry-pick", first, BRANCH)
    else:
        git(top, "merge", "-q", "--squash", BRANCH)
        git(top, "commit", "-q", "-m", "squashed")
    if way == "squash and on":
        (top / "sub" / "b.py").write_text("x = 0\n")
        commit(top, "on")
    if way == "squash and changed again":
        (top / "a.txt").write_text("".join(f"{n}\n" for n in range(30)) + "y\n")
        commit(top, "again")
    assert tidied(tree) == ()
    assert not tree.folder.exists() and not git(top, "branch", "--list", BRANCH)


def test_work_that_was_taken_back_is_not_merged(top: Path, tree: Worktree) -> None:
    (tree.folder / "a.txt").write_text("found\n")
    commit(tree.folder)
    git(top, "merge", "-q", "--squash", BRANCH)
    assert [one.code for one in tidied(tree)] == ["unmerged"]
    git(top, "reset", "-q", "--hard")
    assert [one.code for one in tidied(tree)] == ["unmerged"]


def test_a_submodule_with_commits_of_its_own_keeps_the_worktree(tmp_path: Path, top: Path) -> None:
    lib = tmp_path / "lib"
    lib.mkdir()
    git(lib, "init", "-q", "-b", "main")
    (lib / "x").write_text("x\n")
    commit(lib)
    git(top, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(lib), "lib")
    commit(top, "with a submodule")
    made = make_worktree(top, tmp_path / "trees" / "2", BRANCH)
    git(made.folder, "-c", "protocol.file.allow=always", "submodule", "update", "--init", "-q")
    git(top, "config", "submodule.lib.ignore", "all")
    git(top, "config", "diff.ignoreSubmodules", "all")
    (made.folder / "lib" / "y").write_text("y\n")
    assert [one.code for one in tidied(made)] == ["submodule"]
    commit(made.folder / "lib")
    assert [one.code for one in tidied(made)] == ["submodule"]
    git(made.folder / "lib", "push", "-q", "origin", "HEAD:refs/heads/pushed")
    git(made.folder / "lib", "fetch", "-q")
    git(made.folder, "add", "lib")
    git(
        made.folder,
        "-c",
        "diff.ignoreSubmodules=none",
        "-c",
        "submodule.lib.ignore=none",
        "commit",
        "-q",
        "-m",
        "newer",
    )
    assert [one.code for one in tidied(made)] == ["unmerged"]
    git(top, "merge", "-q", BRANCH)
    assert tidied(made) == () and not made.folder.exists()
