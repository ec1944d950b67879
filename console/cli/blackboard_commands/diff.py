"""Owns the diff that goes along with a submit from a git worktree: made by git, kept as an output of the task.

A diff that cannot be made never stops a submit; why is noted on the blackboard.
"""

from __future__ import annotations

from pathlib import Path

from console.artifacts import Kept, write_output
from console.errors import MoziError
from console.records.task import Task

__all__ = ("DIFF", "kept_diff")

DIFF = "changes.diff"


def kept_diff(task: Task, task_folder: Path) -> tuple[Kept | None, str | None]:
    """(the diff as a file of the task, why there is none). (None, None) where nothing was changed.

    Call it while no connection is open: git runs, and files are written.
    """
    from console.agents.git import git
    from console.agents.workplace import worktree_of
    from console.agents.worktree import diff_against_base

    assert task.work_folder is not None
    try:
        listed = git(Path(task.work_folder), "worktree", "list", "--porcelain")
        main = listed.splitlines()[0].removeprefix("worktree ")
        tree = worktree_of(task, Path(main))
        text = diff_against_base(tree) if tree is not None else ""
        content = text.encode("utf-8", "surrogateescape")
        return (write_output(task_folder, DIFF, content), None) if content else (None, None)
    except (MoziError, OSError, IndexError) as error:
        return None, str(error)
