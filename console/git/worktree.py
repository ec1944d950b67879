"""Owns the git worktree and branch of a task: made once, kept between rounds, removed when nothing would be lost with it.

Never throws work away, never forces git, never touches another worktree than the one that it is asked about.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.errors import Conflict, MoziError, UsageError
from console.git.leaving import keep, left_behind
from console.git.repository import Repository, own_config
from console.git.standing import registered, what_stands
from console.records.task import Task
from console.records.worktree import CACHES, Kept, TaskWorktree

__all__ = (
    "Worktree",
    "branch_name",
    "drop_branch",
    "is_tracked",
    "make_worktree",
    "put_back",
    "remove_worktree",
    "repository_for",
    "repository_of",
    "take_away",
    "targets_of",
    "worktree_of",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worktree:
    """A checkout of its own for one task."""

    repository: Path
    """Top folder of the checkout that it was made from."""
    folder: Path
    branch: str
    base: str = ""
    """The commit that the branch was made from."""
    target: str | None = None
    """The branch that was checked out there then."""
    fresh: bool = False
    """It was made, or made again, just now."""

    @property
    def tree(self) -> Repository:
        """As git knows it. Raises UsageError."""
        return Repository.at(self.folder)


def branch_name(project: str, task: int) -> str:
    """The branch of a task."""
    return f"moziplus/{project}/{task}"


def repository_of(workdir: Path) -> Repository:
    """The repository that holds `workdir`. Raises UsageError where there is none, or none with a commit."""
    try:
        found = Repository.holding(workdir)
        if found.commit() is None:
            raise UsageError(f"{found.top} has no commit yet; commit something there first")
    except MoziError as error:
        raise UsageError(f"worktrees need a git repository with a commit in {workdir}: {error}") from error
    return found


def repository_for(task: Task, known: TaskWorktree | None, workdir: Path | None) -> Repository:
    """The repository of a task's worktree: as it is known; where that was moved or removed, as the worktree itself says, or
    the one that holds the project's workdir now. Raises UsageError where there is none."""
    tries: list[Callable[[], Repository]] = []
    if known is not None:
        tries.append(lambda: repository_of(Path(known.repository)))
    if task.work_folder:
        tries.append(lambda: Repository.at(Path(task.work_folder or "")).main)
    if workdir is not None:
        tries.append(lambda: repository_of(workdir.expanduser()))
    refused: MoziError | None = None
    for ask in tries:
        try:
            return ask()
        except MoziError as error:
            refused = refused or error
    where = known.repository if known is not None else workdir
    raise UsageError(
        f"the repository of #{task.id} is not at {where} any more; where it was moved, `moziplus project edit --workdir` says"
        " so"
    ) from refused


def make_worktree(
    workdir: Path, folder: Path, branch: str, *, base: str | None = None, target: str | None = None
) -> Worktree:
    """The worktree in `folder` on `branch`, made from the HEAD of the repository of `workdir` where it is not there yet.

    `base` and `target` are what is known of it already. Raises UsageError where `workdir` is not in a repository with a
    commit, MoziError where git refuses.
    """
    repository = repository_of(workdir)
    fresh = not os.path.lexists(folder / ".git")
    head = repository.commit()
    if fresh:
        _refuse_full(folder)
        target = target or repository.branch()
        _add(repository, folder, branch, head or "HEAD")
    tree = Repository.at(folder)
    if tree.common != repository.common or tree.gitdir == tree.common:
        raise Conflict(f"{folder} is no worktree of {repository.top} any more; move it away, the task gets a new one")
    if not (tree.gitdir / "index").exists():
        _check_out(tree)
        fresh = True
    on = tree.branch()
    if on not in (branch, None):
        raise Conflict(
            f"{folder} is on the branch {on}, not on {branch}; check out {branch} there, or remove the folder"
        )
    known = base if base is not None and repository.commit(base) else _base(repository, branch)
    return Worktree(repository=repository.top, folder=folder, branch=branch, base=known, target=target, fresh=fresh)


def worktree_of(task: Task, known: TaskWorktree | None) -> Worktree | None:
    """The worktree that a task has, if it has one; nothing is made. Raises MoziError where git cannot say."""
    if not task.work_folder or not task.branch or not os.path.lexists(Path(task.work_folder) / ".git"):
        return None
    tree = Repository.at(Path(task.work_folder))
    base = known.base if known is not None and known.base else _base(tree, task.branch)
    top = Path(known.repository) if known is not None else tree.common.parent
    target = None if known is None else known.target
    return Worktree(repository=top, folder=tree.top, branch=task.branch, base=base, target=target)


def targets_of(repository: Repository, target: str | None, branch: str) -> dict[str, str]:
    """The commits into which the work on `branch` may have come, by name: the branch that it is meant for, and the
    operator's checkout, unless that only looks at the work itself or is on a commit that nothing else keeps."""
    checked_out = repository.branch()
    others = [name for name in (target, checked_out) if name not in (None, branch)]
    found = {str(name): repository.commit(f"refs/heads/{name}") for name in others}
    if checked_out is None and (head := repository.commit()) is not None and _is_kept(repository, head, branch):
        found["HEAD"] = head
    return {name: commit for name, commit in found.items() if commit is not None}


def _is_kept(repository: Repository, commit: str, branch: str) -> bool:
    """Whether a ref other than the branch, and none of ours, which go in their time, has the commit."""
    listed = repository.plain("for-each-ref", f"--contains={commit}", "--format=%(refname)").split()
    return any(ref != f"refs/heads/{branch}" and not ref.startswith("refs/moziplus/") for ref in listed)


def is_tracked(repository: Repository, branch: str, inside: Path) -> bool:
    """Whether a worktree on `branch`, or from HEAD where that is still to be made, will have the folder `inside`."""
    start = f"refs/heads/{branch}" if repository.commit(f"refs/heads/{branch}") else "HEAD"
    return str(inside) == "." or repository.says("cat-file", "-e", f"{start}:{inside.as_posix()}")


def remove_worktree(
    tree: Worktree, targets: Mapping[str, str], caches: Sequence[str] = CACHES, left: str | None = None
) -> tuple[Kept, ...]:
    """Remove folder and branch where nothing stands against it; else the reasons, and all stays.

    Commits that only its reflogs know are kept under the ref `left`, where there are any. The folder is put aside before it
    is looked at for the last time: nobody writes into it meanwhile by its name.
    """
    repository = repository_of(tree.repository)
    put_back(tree.folder)
    if kept := what_stands(repository, tree.folder, tree.branch, targets, caches):
        return kept
    tip = repository.commit(f"refs/heads/{tree.branch}")
    if os.path.lexists(tree.folder):
        aside = _aside(tree.folder)
        tree.folder.rename(aside)
        if kept := what_stands(repository, aside, tree.branch, targets, caches, trust=False):
            aside.rename(tree.folder)
            return kept
    known = registered(repository, tree.folder) or repository
    if left is not None and (commits := left_behind(known, tree.branch)):
        keep(repository, commits, tree.branch, left)
    _finish(repository, tree.folder)
    if tip is not None:
        drop_branch(repository, tree.branch, tip)
    return ()


def drop_branch(repository: Repository, branch: str, tip: str) -> None:
    """Forget a branch that still is where it was when it was looked at."""
    repository.plain("update-ref", "-d", f"refs/heads/{branch}", tip)
    repository.says("config", "--remove-section", f"branch.{branch}")


def take_away(repository: Repository, folder: Path) -> None:
    """Remove a worktree of which everything is kept elsewhere: its folder, then what git keeps for it."""
    put_back(folder)
    if os.path.lexists(folder):
        folder.rename(_aside(folder))
    _finish(repository, folder)


def put_back(folder: Path) -> None:
    """Where an end came between: what was not yet looked at for the last time is where it was, what was goes."""
    if os.path.lexists(_gone(folder)):
        _remove(_gone(folder))
    if os.path.lexists(_aside(folder)) and not os.path.lexists(folder):
        _aside(folder).rename(folder)


def _finish(repository: Repository, folder: Path) -> None:
    """From here on it may be cut off anywhere: what is left is removed by whoever comes next."""
    if os.path.lexists(_aside(folder)):
        _aside(folder).rename(_gone(folder))
        _remove(_gone(folder))
    if registered(repository, folder) is not None:
        repository.plain("worktree", "remove", str(folder))


def _aside(folder: Path) -> Path:
    return folder.with_name(f".going-{folder.name}")


def _gone(folder: Path) -> Path:
    return folder.with_name(f".gone-{folder.name}")


def _remove(folder: Path) -> None:
    """With folders in which nobody may write (a Go module cache, say)."""
    try:
        shutil.rmtree(folder)
    except PermissionError:
        for place, _names, _files in os.walk(folder):
            os.chmod(place, 0o700)
        shutil.rmtree(folder)


def _refuse_full(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise Conflict(f"{folder} is in the way of a worktree and is none; move it away")


def _add(repository: Repository, folder: Path, branch: str, head: str) -> None:
    """A branch that is there already (its folder was lost) is checked out again, with the work that it holds."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lost = registered(repository, folder)
    if lost is not None:
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / ".git").write_text(f"gitdir: {lost.gitdir}\n", encoding="utf-8", errors="surrogateescape")
        (lost.gitdir / "index").unlink(missing_ok=True)
    elif repository.commit(f"refs/heads/{branch}"):
        repository.plain("worktree", "add", "--no-checkout", str(folder), branch)
    else:
        repository.plain("worktree", "add", "--no-checkout", "-b", branch, str(folder), head)
        repository.plain("config", f"branch.{branch}.moziplusbase", head)


def _check_out(tree: Repository) -> None:
    """All files of its HEAD, as git keeps them. The index comes last: without one it was not done."""
    try:
        with own_config(tree, tree=tree.top) as git:
            git.write_to(tree.gitdir / "index")
            git.raw("read-tree", "--reset", "-u", "HEAD")
    except MoziError as error:
        if not tree.says("config", "--get-regexp", r"^remote\..*\.promisor$"):
            raise
        fetch = f"`git -C {tree.main.top} archive -o {os.devnull} HEAD`"
        raise MoziError(
            f"{tree.main.top} is a partial clone that lacks files; {fetch} fetches them: {error}"
        ) from error


def _base(repository: Repository, branch: str) -> str:
    known = f"branch.{branch}.moziplusbase"
    if repository.says("config", "--get", known):
        found = repository.commit(repository.plain("config", "--get", known).strip())
        if found is not None:
            return found
    with own_config(repository) as git:
        return git.text("merge-base", "HEAD", f"{repository.commit(f'refs/heads/{branch}')}")
