"""Owns how an output is withdrawn: it counts no more from then on. Its file and its earlier versions stay where they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.artifacts import OUTPUTS
from console.blackboard.reads.outputs import latest_outputs
from console.blackboard.writes.outputs import record_removal
from console.commands.agent.desk import Desk
from console.commands.agent.output import where
from console.errors import NotFound
from console.records.output import Output
from console.text import same_name

__all__ = ("WithdrawOutput", "withdraw_output")


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOutput:
    """An output that the task shall not have."""

    path: str
    """As it was recorded, or where the file lies or lay."""
    here: Path
    """What `path` is relative to."""
    task: int | None = None
    """None for that of the claim."""


def withdraw_output(desk: Desk, asked: WithdrawOutput) -> Output:
    """Record that it is no output any more; gives the version that was withdrawn. Raises NotFound, StaleFence, UsageError."""
    task, work_folder = where(desk, asked.task)
    names = tuple(_names(asked, desk.task_folder(task.id), work_folder))
    with desk.context() as context:
        there = latest_outputs(context.db, task.id)
        found = next((output for name in names for output in there if same_name(output.path) == same_name(name)), None)
        if found is None:
            has = ", ".join(output.path for output in there[:20]) or "none"
            raise NotFound(f"#{task.id} has no output {asked.path!r}; those it has: {has}")
        record_removal(context.db, task.id, found.path, fence=context.fence, by=context.by, now=context.now)
    return found


def _names(asked: WithdrawOutput, task_folder: Path, work_folder: Path | None) -> Iterator[str]:
    """What it may have been recorded as, the likeliest first. The file need not be there, so nothing is resolved."""
    plain = os.path.normpath(asked.path)
    yield plain
    lies = Path(os.path.abspath(asked.here / asked.path))
    for folder, below in ((task_folder, ""), (work_folder, OUTPUTS)):
        if folder is not None and lies.is_relative_to(folder):
            yield os.path.join(below, lies.relative_to(folder).as_posix())
    yield f"{OUTPUTS}/{plain}"
    yield f"{OUTPUTS}/{lies.name}"
