"""Owns where an agent works: the task's own folder, the project's workdir, or a git worktree of the task's own.

Never puts an agent's work and another's into one folder by itself: without worktrees, a `workdir` is one place, and
the scheduler lets one author into it at a time unless the project says `shared_folder`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from console.agents.endings import OURS
from console.agents.folder import SessionFolder
from console.agents.set_up import set_up
from console.artifacts import make_task_folder
from console.clock import Clock
from console.errors import MoziError, NotStartable, Unavailable, UsageError, said_of
from console.git.furnish import empty_submodules, furnish
from console.git.furnished import note_furnished
from console.git.pointers import unfilled
from console.git.repository import own_config
from console.git.worktree import (
    Worktree,
    branch_name,
    is_tracked,
    make_worktree,
    remove_worktree,
    repository_for,
    repository_of,
    targets_of,
    worktree_of,
)
from console.home import make_private_folder
from console.records.task import Task
from console.records.worktree import CACHES, Kept, TaskWorktree
from console.settings import Worktrees

__all__ = (
    "Place",
    "clear_workplace",
    "looked_into",
    "make_workplace",
    "planned_workplace",
    "set_up_workplace",
    "task_folder",
    "unusable",
)

PARTS = ("outputs", "reviews", "archive", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one session works."""

    cwd: Path
    task_dir: Path
    """artifacts/<task>."""
    worktree: Worktree | None = None
    """Of the task; a reviewer may look at it but works in the task's folder."""
    empty: tuple[str, ...] = ()
    """Submodules of the worktree of which there is only the folder."""
    pointers: tuple[str, ...] = ()
    """Files of Git LFS of which there is only the pointer."""


def task_folder(project_folder: Path, task_id: int) -> Path:
    """artifacts/<task> with its parts, made where they are not there (0700). Raises NotStartable where a link is in the way."""
    folder = project_folder / "artifacts" / str(task_id)
    try:
        make_task_folder(folder, *PARTS)
    except OSError as error:
        kind = Unavailable if error.errno in OURS else NotStartable
        raise kind(f"the folder of #{task_id} cannot be used: {said_of(error, folder)}") from error
    return folder


def make_workplace(
    project: str,
    project_folder: Path,
    task: Task,
    *,
    reviewer: bool = False,
    workdir: Path | None = None,
    worktrees: bool = False,
    known: TaskWorktree | None = None,
) -> Place:
    """The place for a session on `task`, made where it is not there. Remember its worktree with `set_worktree`.

    `known` is what the blackboard has of it already. Raises UsageError where the workdir is not there, NotStartable where
    its worktree cannot be made.
    """
    task_dir = task_folder(project_folder, task.id)
    place = _without_worktree(project, task_dir, task, reviewer, workdir, worktrees, known)
    if place is not None:
        return place
    assert workdir is not None
    workdir = workdir.expanduser()
    folder = _worktree_folder(project_folder, task)
    make_private_folder(folder.parent)
    base, target = (known.base, known.target) if known is not None else (None, None)
    try:
        tree = make_worktree(workdir, folder, task.branch or branch_name(project, task.id), base=base, target=target)
    except (MoziError, OSError) as error:
        raise NotStartable(str(error)) from error
    cwd = tree.folder / _inside(workdir, tree.repository)
    return Place(cwd=cwd if cwd.is_dir() else tree.folder, task_dir=task_dir, worktree=tree)


async def set_up_workplace(
    tree: Worktree, given: Worktrees, folder: SessionFolder, *, given_up: Callable[[], bool], clock: Clock
) -> None:
    """Give a fresh worktree what the project's settings ask for, for the session of `folder`.

    Raises NotStartable, in words, and Unavailable once it is `given_up`.
    """
    try:
        await asyncio.to_thread(furnish, tree.tree, tree.repository, copy=given.copy)
        if given.setup:
            await set_up(folder, given.setup, tree.folder, limit=given.timeout, given_up=given_up, clock=clock)
        await asyncio.to_thread(note_furnished, tree.tree, given.caches)
    except Unavailable:
        raise
    except (MoziError, OSError) as error:
        raise NotStartable(f"the worktree {tree.folder} could not be set up: {error}") from error


def looked_into(place: Place) -> Place:
    """The place, with what its worktree lacks."""
    if place.worktree is None or not place.worktree.folder.is_dir():
        return place
    tree = place.worktree.tree
    with own_config(tree, tree=tree.top) as git:
        pointers = unfilled(git, tree.top)
    return replace(place, empty=empty_submodules(tree), pointers=pointers)


def planned_workplace(
    project: str,
    project_folder: Path,
    task: Task,
    *,
    reviewer: bool = False,
    workdir: Path | None = None,
    worktrees: bool = False,
) -> Place:
    """The place that `make_workplace` would give now; nothing is made. Raises as that does."""
    task_dir = project_folder / "artifacts" / str(task.id)
    place = _without_worktree(project, task_dir, task, reviewer, workdir, worktrees, None)
    if place is not None:
        return place
    assert workdir is not None
    workdir = workdir.expanduser()
    repository, branch = repository_of(workdir), task.branch or branch_name(project, task.id)
    folder, inside = _worktree_folder(project_folder, task), _inside(workdir, repository.top)
    there = (folder / inside).is_dir() if (folder / ".git").exists() else is_tracked(repository, branch, inside)
    tree = Worktree(repository=repository.top, folder=folder, branch=branch)
    return looked_into(Place(cwd=folder / inside if there else folder, task_dir=task_dir, worktree=tree))


def unusable(workdir: Path | None, *, worktrees: bool) -> str | None:
    """Why an author cannot work in the project's workdir, whatever the task; None where nothing stands in the way."""
    if workdir is None:
        return None
    folder = workdir.expanduser()
    if not folder.is_dir():
        return f"the workdir {folder} is not there; mount it or mend project.yaml"
    try:
        if worktrees:
            repository_of(folder)
    except MoziError as error:
        return str(error)
    return None


def _without_worktree(
    project: str,
    task_dir: Path,
    task: Task,
    reviewer: bool,
    workdir: Path | None,
    worktrees: bool,
    known: TaskWorktree | None,
) -> Place | None:
    """The place of a session that gets no worktree of its own; None for one that does."""
    if workdir is None:
        return Place(cwd=task_dir, task_dir=task_dir)
    workdir = workdir.expanduser()
    there = workdir.is_dir()
    if reviewer:  # needs the workdir for nothing but a look at the worktree
        found = worktree_of(task, known) if worktrees and there else None
        return Place(cwd=task_dir, task_dir=task_dir, worktree=found)
    if not there:
        raise UsageError(f"the workdir {workdir} of project {project} is not there; mount it or mend project.yaml")
    return None if worktrees else Place(cwd=workdir, task_dir=task_dir)


def _worktree_folder(project_folder: Path, task: Task) -> Path:
    return Path(task.work_folder) if task.work_folder else project_folder / "worktrees" / str(task.id)


def _inside(workdir: Path, repository: Path) -> Path:
    """Where the workdir lies in its repository."""
    return Path(os.path.realpath(workdir)).relative_to(os.path.realpath(repository))


def clear_workplace(
    task: Task,
    workdir: Path,
    *,
    known: TaskWorktree | None = None,
    caches: Sequence[str] = CACHES,
    left: str | None = None,
) -> tuple[Kept, ...]:
    """Remove the worktree of a task that has ended, if nothing would be lost with it; else every reason against it.

    `left` as `remove_worktree` takes it.
    """
    if not task.work_folder or not task.branch:
        return ()
    repository = repository_for(task, known, workdir)
    tree = Worktree(repository=repository.top, folder=Path(task.work_folder), branch=task.branch)
    targets = targets_of(repository, None if known is None else known.target, task.branch)
    return remove_worktree(tree, targets, caches, left)
