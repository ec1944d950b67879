"""Owns the reading of a task's git branch as it stands now: what its worktree changed, committed or not, since it was made."""

from __future__ import annotations

import os
from pathlib import Path

from console.errors import MoziError
from console.i18n import N_, _
from console.outputs_read import ReadOutput, read_diff
from console.records.output import Output
from console.records.task import Task
from console.records.worktree import TaskWorktree
from console.text import decoded

__all__ = ("BRANCH", "branch_of", "read_branch")

BRANCH = "branch"
"""The kind of what is no output, but is read like one."""


def branch_of(task: Task) -> Output | None:
    """The branch, where the task has a worktree that is there."""
    if not task.branch or not task.work_folder or not os.path.lexists(Path(task.work_folder) / ".git"):
        return None
    return Output(id=0, task_id=task.id, path=task.branch, kind=BRANCH, sha256="", size=0)


def read_branch(task: Task, known: TaskWorktree | None, output: Output, most: int) -> ReadOutput:
    """Its diff, in at most so many lines. Runs git; leaves worktree, index and branch alone."""
    from console.git.diffing import diff_against_base
    from console.git.worktree import worktree_of

    try:
        tree = worktree_of(task, known)
        lines = [] if tree is None else decoded(diff_against_base(tree)).split("\n")
    except (MoziError, OSError) as error:
        said = _("git cannot say: {names}").format(names=error)
        return ReadOutput(
            output=output, why=said.replace("{", "{{").replace("}", "}}")
        )  # the reader fills in a version
    if not any(lines):
        return ReadOutput(output=output, why=N_("nothing changed on it"))
    return read_diff(output, lines[:-1] if not lines[-1] else lines, most)
