"""Promises that tidying removes nothing that git would refuse to remove or cannot see, and knows merged work anyhow."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from console.git.worktree import Worktree, make_worktree, remove_worktree, repository_of, targets_of
from console.records.worktree import Kept, words_of

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


def detached(top: Path, tree: Path) -> None:
    git(tree, "checkout", "-q", "--detach")
    (tree / "a.txt").write_text("found\n")
    commit(tree)


def detached_and_reset(top: Path, tree: Path) -> None:
    detached(top, tree)
    git(tree, "branch", "-f", BRANCH, "main")


def other_branch(top: Path, tree: Path) -> None:
    git(tree, "checkout", "-q", "-b", "elsewhere")
    (tree / "a.txt").write_text("found\n")
    commit(tree)


def ignored(top: Path, tree: Path) -> None:
    (tree / "big.result").write_text("result\n")


def ignored_folder(top: Path, tree: Path) -> None:
    (tree / "out").mkdir()
    (tree / "out" / ".gitignore").write_text("*\n")
    (tree / "out" / "x").write_text("result\n")


def excluded(top: Path, tree: Path) -> None:
    (top / ".git" / "info" / "exclude").write_text("*.csv\n")
    (tree / "x.csv").write_text("result\n")


def untracked_not_shown(top: Path, tree: Path) -> None:
    git(top, "config", "status.showUntrackedFiles", "no")
    (tree / "x.csv").write_text("result\n")


def by_another_case(top: Path, tree: Path) -> None:
    git(top, "config", "core.ignoreCase", "true")
    (tree / "A.TXT").write_text("result\n")


def staged_only(top: Path, tree: Path) -> None:
    (tree / "c.txt").write_text("result\n")
    git(tree, "add", "c.txt")
    (tree / "c.txt").unlink()


def assumed(top: Path, tree: Path) -> None:
    git(tree, "update-index", "--assume-unchanged", "a.txt")
    (tree / "a.txt").write_text("result\n")


def skipped(top: Path, tree: Path) -> None:
    git(tree, "update-index", "--skip-worktree", "a.txt")
    (tree / "a.txt").write_text("result\n")


def mode_only(top: Path, tree: Path) -> None:
    git(top, "config", "core.fileMode", "false")
    (tree / "sub" / "b.py").chmod(0o755)


def hidden_by_a_filter(top: Path, tree: Path) -> None:
    git(top, "config", "filter.x.clean", f"git -C '{top}' cat-file -p main:a.txt")
    (top / ".git" / "info" / "attributes").write_text("a.txt filter=x\n")
    (tree / "a.txt").write_text("result\n")
    git(tree, "add", "a.txt")


def hidden_by_a_monitor(top: Path, tree: Path) -> None:
    git(top, "config", "core.fsmonitor", "true")
    git(top, "config", "core.untrackedCache", "true")
    git(top, "config", "core.fsmonitor", "printf ''; true #")
    git(tree, "status")
    (tree / "x.csv").write_text("result\n")


def own_ref(top: Path, tree: Path) -> None:
    made = git(tree, "commit-tree", "-m", "x", "HEAD^{tree}").strip()
    git(tree, "update-ref", "refs/worktree/kept", made)


def merge_under_way(top: Path, tree: Path) -> None:
    (top / "c.txt").write_text("c\n")
    commit(top)
    git(tree, "merge", "-q", "--no-ff", "--no-commit", "main")


def bisect(top: Path, tree: Path) -> None:
    git(tree, "bisect", "start")


def nested(top: Path, tree: Path) -> None:
    (tree / "lib").mkdir()
    git(tree / "lib", "init", "-q")
    (tree / "lib" / "x").write_text("x\n")
    commit(tree / "lib")


def nested_in_a_cache(top: Path, tree: Path) -> None:
    (tree / "node_modules" / "lib").mkdir(parents=True)
    git(tree / "node_modules" / "lib", "init", "-q")
    (tree / "node_modules" / "lib" / "x").write_text("x\n")
    commit(tree / "node_modules" / "lib")


def locked(top: Path, tree: Path) -> None:
    git(top, "worktree", "lock", "--reason", "on a stick", str(tree))


def replaced(top: Path, tree: Path) -> None:
    (tree / ".git").unlink()
    git(tree, "init", "-q")
    (tree / "x").write_text("x\n")
    commit(tree)


def moved_branch(top: Path, tree: Path) -> None:
    (tree / "a.txt").write_text("found\n")
    commit(tree)
    git(tree, "checkout", "-q", "--detach", "main")


def blank_only(top: Path, tree: Path) -> None:
    """The target has the same change but for its blanks, which mean something here."""
    (tree / "sub" / "b.py").write_text("if True:\n    x = 1\nelse:\n    pass\n    x = 2\n")
    commit(tree)
    (top / "sub" / "b.py").write_text("if True:\n    x = 1\nelse:\n    pass\nx = 2\n")
    commit(top)


def reverted(top: Path, tree: Path) -> None:
    (tree / "a.txt").write_text("found\n")
    commit(tree)
    git(top, "merge", "-q", "--squash", BRANCH)
    git(top, "commit", "-q", "-m", "squashed")
    (top / "sub" / "b.py").write_text("x = 0\n")
    commit(top, "more")


def looked_at(top: Path, tree: Path) -> None:
    """Whoever looks at the work checks it out detached: git lets no branch be in two worktrees."""
    (tree / "a.txt").write_text("found\n")
    commit(tree)
    git(top, "checkout", "-q", "--detach", BRANCH)


def looked_at_on_its_branch(top: Path, tree: Path) -> None:
    (tree / "a.txt").write_text("found\n")
    commit(tree)
    git(top, "checkout", "-q", "--ignore-other-worktrees", BRANCH)


def tried_in_a_detached_merge(top: Path, tree: Path) -> None:
    (tree / "a.txt").write_text("found\n")
    commit(tree)
    git(top, "checkout", "-q", "--detach")
    git(top, "merge", "-q", "--no-ff", "--no-edit", BRANCH)


KEPT: dict[Callable[[Path, Path], None], str] = {
    detached: "unmerged", detached_and_reset: "unmerged", other_branch: "unmerged", moved_branch: "unmerged",
    ignored: "untracked", ignored_folder: "untracked", excluded: "untracked", untracked_not_shown: "untracked",
    by_another_case: "untracked", hidden_by_a_monitor: "untracked", staged_only: "uncommitted", assumed: "uncommitted",
    skipped: "uncommitted", mode_only: "uncommitted", hidden_by_a_filter: "uncommitted", own_ref: "refs",
    merge_under_way: "under_way", bisect: "under_way", nested: "repository", nested_in_a_cache: "repository",
    locked: "locked", replaced: "foreign", blank_only: "unmerged", looked_at: "unmerged",
    looked_at_on_its_branch: "unmerged", tried_in_a_detached_merge: "unmerged",
}  # fmt: skip


@pytest.mark.parametrize("leave", KEPT, ids=lambda leave: leave.__name__)
def test_what_would_be_lost_keeps_the_worktree(top: Path, tree: Worktree, leave: Callable[[Path, Path], None]) -> None:
    leave(top, tree.folder)
    before = sorted(p.name for p in tree.folder.iterdir())
    kept = tidied(tree)
    assert KEPT[leave] in [one.code for one in kept], kept
    assert all(words_of(one) for one in kept)
    assert sorted(p.name for p in tree.folder.iterdir()) == before
    if leave is not moved_branch:
        assert git(top, "branch", "--list", BRANCH)


def test_a_detached_head_that_somebody_keeps_has_the_work(top: Path, tree: Worktree) -> None:
    tried_in_a_detached_merge(top, tree.folder)
    git(top, "tag", "tried")
    assert tidied(tree) == ()


def test_known_caches_are_no_work(top: Path, tree: Worktree) -> None:
    for name in ("__pycache__", ".venv/lib", "sub/__pycache__", "node_modules/x"):
        (tree.folder / name).mkdir(parents=True)
        (tree.folder / name / "x").write_text("x\n")
    os.chmod(tree.folder / "node_modules" / "x", 0o500)
    assert tidied(tree) == ()
    assert not tree.folder.exists() and git(top, "worktree", "list", "--porcelain").count("worktree ") == 1


def test_commits_on_a_detached_head_outlive_a_folder_that_was_lost(top: Path, tree: Worktree) -> None:
    detached(top, tree.folder)
    made = git(tree.folder, "rev-parse", "HEAD").strip()
    subprocess.run(["rm", "-rf", str(tree.folder)], check=True)
    assert [one.code for one in tidied(tree)] == ["unmerged"]
    again = make_worktree(top, tree.folder, BRANCH)
    assert git(again.folder, "rev-parse", "HEAD").strip() == made and (again.folder / "a.txt").read_text() == "found\n"


def test_another_worktree_of_the_operators_is_never_touched(tmp_path: Path, top: Path, tree: Worktree) -> None:
    git(top, "worktree", "add", "-q", "--detach", str(tmp_path / "stick"))
    detached(top, tmp_path / "stick")
    (tmp_path / "stick").rename(tmp_path / "unplugged")
    assert tidied(tree) == ()
    (tmp_path / "unplugged").rename(tmp_path / "stick")
    assert git(tmp_path / "stick", "log", "-1", "--format=%s").strip() == "work"


@pytest.mark.parametrize("left", [".going-1", ".gone-1"])
def test_an_end_in_the_middle_of_a_removal_is_finished_by_the_next(tree: Worktree, top: Path, left: str) -> None:
    tree.folder.rename(tree.folder.with_name(left))
    if left == ".gone-1":
        (tree.folder.with_name(left) / "a.txt").unlink()
    assert tidied(tree) == ()
    assert list(tree.folder.parent.iterdir()) == [] and not git(top, "branch", "--list", BRANCH)
