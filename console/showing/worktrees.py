"""Owns a task's git worktree as it is shown: why it is kept, how it was merged, how to get it back."""

from __future__ import annotations

import shlex

from console.api.worktree import Kept, KeptWorktree, Worktree
from console.clock import iso
from console.records.task import Task
from console.records.worktree import TaskWorktree, way_on

__all__ = ("kept_record", "what_to_type", "worktree_record")


def worktree_record(project: str, task: Task, row: TaskWorktree | None) -> Worktree | None:
    """As it leaves the house; None for a task that never had one."""
    if row is None:
        return None
    kept = row.kept if task.work_folder else ()
    return Worktree(
        folder=task.work_folder,
        branch=task.branch,
        repository=row.repository,
        base=row.base,
        target=row.target,
        kept=tuple(map(Kept.of, kept)),
        why=row.why if kept else "",
        size=row.size if kept else None,
        do=what_to_type(project, task, row) if kept else None,
        merged=row.merged,
        merged_into=row.merged_into,
        merged_at=iso(row.merged_at),
        discarded=None if row.left else row.discarded,
        left=row.discarded if row.left else None,
        discarded_until=iso(row.discarded_until),
        get_back=f"git -C {shlex.quote(row.repository)} branch task-{task.id} {row.discarded}"
        if row.discarded
        else None,
    )


def what_to_type(project: str, task: Task, row: TaskWorktree) -> str:
    """The ways on for one that is kept."""
    return way_on(project, task, row.kept)


def kept_record(project: str, task: Task, row: TaskWorktree) -> KeptWorktree:
    """One that is kept, for a list of such in JSON."""
    return KeptWorktree(
        kind="kept worktree",
        project=project,
        count=0,
        size=row.size,
        problem="",
        dry_run=True,
        task=task.id,
        folder=task.work_folder,
        reasons=tuple(map(Kept.of, row.kept)),
        why=row.why,
        do=what_to_type(project, task, row),
    )
