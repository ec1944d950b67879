"""Owns the git worktree and branch of a task: made once, kept between rounds, removed when its work is merged.

Never throws work away: without `discard`, a worktree with anything unmerged or uncommitted stays.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from console.agents.git import git, git_says
from console.errors import Conflict, MoziError, UsageError

__all__ = (
    "Worktree",
    "branch_name",
    "diff_against_base",
    "is_merged",
    "is_tracked",
    "make_worktree",
    "remove_worktree",
    "repository_of",
)

DIFF_MAX = 2_000_000
"""Characters of a diff before it is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worktree:
    """A checkout of its own for one task."""

    repository: Path
    """Top folder of the repository that it belongs to."""
    folder: Path
    branch: str
    base: str
    """The commit that the branch was made from."""


def branch_name(project: str, task: int) -> str:
    """The branch of a task."""
    return f"moziplus/{project}/{task}"


def make_worktree(workdir: Path, folder: Path, branch: str) -> Worktree:
    """The worktree in `folder` on `branch`, made from the HEAD of the repository of `workdir` where it is not there yet.

    Raises UsageError where `workdir` is not in a repository with a commit, MoziError where git refuses.
    """
    top = repository_of(workdir)
    if not (folder / ".git").exists():
        _add(top, folder, branch)
    on = git(folder, "rev-parse", "--abbrev-ref", "HEAD").strip()
    if on not in (branch, "HEAD"):
        raise Conflict(
            f"{folder} is on the branch {on}, not on {branch}; check out {branch} there, or remove the folder"
        )
    return Worktree(repository=top, folder=folder, branch=branch, base=_base(top, branch))


def repository_of(workdir: Path) -> Path:
    """Top folder of the repository that holds `workdir`. Raises UsageError."""
    try:
        top = Path(git(workdir, "rev-parse", "--show-toplevel").strip())
        git(top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except MoziError as error:
        raise UsageError(f"worktrees need a git repository with a commit in {workdir}: {error}") from error
    return top


def diff_against_base(tree: Worktree) -> str:
    """Everything that the task changed, as a diff: committed, uncommitted and new files. Leaves the agent's index alone."""
    index = Path(git(tree.folder, "rev-parse", "--path-format=absolute", "--git-path", "index").strip())
    with tempfile.TemporaryDirectory(prefix="moziplus-diff-") as scratch:
        draft = Path(scratch) / "index"
        if index.exists():
            shutil.copy2(index, draft)  # with its time: git tells by it which files may have changed since
        env = {"GIT_INDEX_FILE": str(draft)}
        git(tree.folder, "add", "--all", env=env)
        text = git(tree.folder, "diff", "--cached", "--no-color", "--no-ext-diff", tree.base, env=env)
    if len(text) <= DIFF_MAX:
        return text
    return f"{text[:DIFF_MAX]}\n[cut: {len(text) - DIFF_MAX} of {len(text)} characters are left out here]\n"


def is_merged(tree: Worktree) -> bool:
    """Nothing would be lost with it: all is committed, and the repository's HEAD has every commit of the branch."""
    if tree.folder.exists() and git(tree.folder, "status", "--porcelain").strip():
        return False
    if not _exists(tree.repository, tree.branch):
        return True
    return git_says(tree.repository, "merge-base", "--is-ancestor", tree.branch, "HEAD")


def is_tracked(repository: Path, branch: str, inside: Path) -> bool:
    """Whether a worktree on `branch`, or from HEAD where that is still to be made, will have the folder `inside`."""
    start = branch if _exists(repository, branch) else "HEAD"
    return str(inside) == "." or git_says(repository, "cat-file", "-e", f"{start}:{inside.as_posix()}")


def remove_worktree(tree: Worktree, *, discard: bool = False) -> bool:
    """Remove folder and branch, if it is merged or `discard` says that it is not needed; False where it stays."""
    if not discard and not is_merged(tree):
        return False
    if tree.folder.exists():
        git(tree.repository, "worktree", "remove", "--force", str(tree.folder))
    git(tree.repository, "worktree", "prune")
    if _exists(tree.repository, tree.branch):
        git(tree.repository, "branch", "-D", tree.branch)
    return True


def _add(top: Path, folder: Path, branch: str) -> None:
    """A branch that is there already (its folder was lost) is checked out again, with the work that it holds."""
    git(top, "worktree", "prune")
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _exists(top, branch):
        git(top, "worktree", "add", str(folder), branch)
        return
    base = git(top, "rev-parse", "HEAD").strip()
    git(top, "worktree", "add", "-b", branch, str(folder), base)
    git(top, "config", f"branch.{branch}.moziplusbase", base)


def _base(top: Path, branch: str) -> str:
    if git_says(top, "config", "--get", f"branch.{branch}.moziplusbase"):
        return git(top, "config", "--get", f"branch.{branch}.moziplusbase").strip()
    return git(top, "merge-base", "HEAD", branch).strip()


def _exists(top: Path, branch: str) -> bool:
    return git_says(top, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
