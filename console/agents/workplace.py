"""Owns where an agent works: the task's own folder, the project's workdir, or a git worktree of the task's own.

Never puts an agent's work and another's into one folder by itself: without worktrees, a `workdir` is one place, and
the scheduler lets one author into it at a time unless the project says `shared_folder`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from console.agents.worktree import (
    Worktree,
    branch_name,
    is_tracked,
    make_worktree,
    remove_worktree,
    repository_of,
)
from console.artifacts import make_task_folder
from console.errors import UsageError
from console.home import make_private_folder
from console.records.task import Task

__all__ = ("Place", "clear_workplace", "make_workplace", "planned_workplace", "task_folder", "worktree_of")

PARTS = ("outputs", "reviews", "archive", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one session works."""

    cwd: Path
    task_dir: Path
    """artifacts/<task>."""
    worktree: Worktree | None = None
    """Of the task; a reviewer may look at it but works in the task's folder."""


def task_folder(project_folder: Path, task_id: int) -> Path:
    """artifacts/<task> with its parts, made where they are not there (0700). Raises UsageError where a link is in the way."""
    folder = project_folder / "artifacts" / str(task_id)
    try:
        make_task_folder(folder, *PARTS)
    except OSError as error:
        raise UsageError(f"the folder of #{task_id} cannot be used: {error.filename}: {error.strerror}") from error
    return folder


def make_workplace(
    project: str,
    project_folder: Path,
    task: Task,
    *,
    reviewer: bool = False,
    workdir: Path | None = None,
    worktrees: bool = False,
) -> Place:
    """The place for a session on `task`, made where it is not there. Remember its worktree with `set_workplace`.

    Raises UsageError where the workdir is not there or not fit for worktrees, MoziError where git refuses.
    """
    task_dir = task_folder(project_folder, task.id)
    place = _without_worktree(project, task_dir, task, reviewer, workdir, worktrees)
    if place is not None:
        return place
    assert workdir is not None
    workdir = workdir.expanduser()
    folder = _worktree_folder(project_folder, task)
    make_private_folder(folder.parent)
    tree = make_worktree(workdir, folder, task.branch or branch_name(project, task.id))
    cwd = tree.folder / _inside(workdir, tree.repository)
    return Place(cwd=cwd if cwd.is_dir() else tree.folder, task_dir=task_dir, worktree=tree)


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
    place = _without_worktree(project, task_dir, task, reviewer, workdir, worktrees)
    if place is not None:
        return place
    assert workdir is not None
    workdir = workdir.expanduser()
    repository, branch = repository_of(workdir), task.branch or branch_name(project, task.id)
    folder, inside = _worktree_folder(project_folder, task), _inside(workdir, repository)
    there = (folder / inside).is_dir() if (folder / ".git").exists() else is_tracked(repository, branch, inside)
    tree = Worktree(repository=repository, folder=folder, branch=branch, base="")
    return Place(cwd=folder / inside if there else folder, task_dir=task_dir, worktree=tree)


def _without_worktree(
    project: str, task_dir: Path, task: Task, reviewer: bool, workdir: Path | None, worktrees: bool
) -> Place | None:
    """The place of a session that gets no worktree of its own; None for one that does."""
    if workdir is None:
        return Place(cwd=task_dir, task_dir=task_dir)
    workdir = workdir.expanduser()
    if not workdir.is_dir():
        raise UsageError(f"the workdir {workdir} of project {project} is not there; mount it or mend project.yaml")
    if reviewer:
        found = worktree_of(task, workdir) if worktrees else None
        return Place(cwd=task_dir, task_dir=task_dir, worktree=found)
    return None if worktrees else Place(cwd=workdir, task_dir=task_dir)


def _worktree_folder(project_folder: Path, task: Task) -> Path:
    return Path(task.work_folder) if task.work_folder else project_folder / "worktrees" / str(task.id)


def _inside(workdir: Path, repository: Path) -> Path:
    """Where the workdir lies in its repository."""
    return workdir.resolve().relative_to(repository.resolve())


def worktree_of(task: Task, workdir: Path) -> Worktree | None:
    """The worktree that the task has, if it has one; nothing is made."""
    if not task.work_folder or not task.branch or not (Path(task.work_folder) / ".git").exists():
        return None
    return make_worktree(workdir, Path(task.work_folder), task.branch)


def clear_workplace(task: Task, workdir: Path, *, not_needed: bool = False) -> bool:
    """Remove the worktree of a task that is done, if its work is merged or declared not needed; True where none is left."""
    if not task.work_folder or not task.branch:
        return True
    tree = Worktree(
        repository=repository_of(workdir.expanduser()), folder=Path(task.work_folder), branch=task.branch, base=""
    )
    return remove_worktree(tree, discard=not_needed)
