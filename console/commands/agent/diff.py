"""Owns the diff that goes along with a submit from a git worktree: made by git, kept as an output of the task.

It is shown and sent to reviewers: a secret that stands in a file is not in it, the branch has the file as it is. A diff that
cannot be made never stops a submit; why is noted on the blackboard.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from console.artifacts import Kept, write_output
from console.errors import MoziError
from console.records.task import Task
from console.records.worktree import TaskWorktree
from console.redact import redact

__all__ = ("DIFF", "kept_diff")

DIFF = "changes.diff"


def kept_diff(task: Task, known: TaskWorktree | None, task_folder: Path) -> tuple[Kept | None, str | None]:
    """(the diff as a file of the task, why there is none). (None, None) where nothing was changed.

    Call it while no connection is open: git runs, and files are written.
    """
    from console.git.diffing import diff_against_base
    from console.git.worktree import worktree_of

    assert task.work_folder is not None
    try:
        tree = worktree_of(task, known)
        if tree is None:
            return None, f"{task.work_folder} is no git worktree any more"
        content = _without_secrets(diff_against_base(tree))
        return (write_output(task_folder, DIFF, content), None) if content else (None, None)
    except (MoziError, OSError) as error:
        return None, str(error)


def _without_secrets(diff: bytes) -> bytes:
    """Every other byte stays, whatever its encoding: lines that are no UTF-8 are looked at as bytes."""
    runs = groupby(diff.splitlines(keepends=True), key=_encoding)
    return b"".join(redact(b"".join(lines).decode(code)).encode(code) for code, lines in runs)


def _encoding(line: bytes) -> str:
    try:
        line.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"
