"""Owns how a file becomes an output of the task, copied into its folder where it lies elsewhere.

The file is read while no connection is open; what was refused because it leads out is noted on the blackboard.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from console.artifacts import Escapes, Kept, keep
from console.blackboard.writes.outputs import record_output
from console.commands.agent.desk import Desk
from console.commands.context import Context
from console.commands.text import Line
from console.errors import UsageError
from console.records.output import Output
from console.records.task import Task
from console.safe_files import of_session, read_text

__all__ = ("Recorded", "TakeOutput", "record", "take_output", "where")

KIND_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOutput:
    """A file that the task produced."""

    path: str
    here: Path
    """What `path` is relative to."""
    kind: Line = Line("file")
    task: int | None = None
    """None for that of the claim."""
    copy: bool = False
    """Take it from anywhere."""


class Recorded(NamedTuple):
    """What came of it."""

    output: Output
    copied: bool


def take_output(desk: Desk, asked: TakeOutput) -> Recorded:
    """Check, copy where needed, hash, record. Raises UsageError for what cannot be an output, NotFound, StaleFence."""
    if not asked.kind or len(asked.kind) > KIND_MAX:
        raise UsageError(f"--kind is a word of up to {KIND_MAX} characters")
    task, work_folder = where(desk, asked.task)
    folder = desk.task_folder(task.id)
    try:
        kept = keep(asked.path, here=asked.here, task_folder=folder, work_folder=work_folder, copy=asked.copy)
    except Escapes as error:
        _note(desk, task.id, str(error))
        raise
    with desk.context() as context:
        return Recorded(record(context, task.id, kept, asked.kind), kept.copied)


def record(context: Context, task: int, kept: Kept, kind: str) -> Output:
    """Record a file that was kept already. Raises NotFound, StaleFence."""
    return record_output(
        context.db,
        task,
        path=kept.path,
        kind=kind,
        sha256=kept.sha256,
        size=kept.size,
        fence=context.fence,
        by=context.by,
        now=context.now,
    )


def where(desk: Desk, asked: int | None) -> tuple[Task, Path | None]:
    """The task, and the folder that its agent works in; a stale claim is refused before any file is touched."""
    from console.blackboard.reads.tasks import get_task
    from console.blackboard.writes.claims import check_fence

    with desk.blackboard() as db:
        if desk.claim is None:
            if asked is None:
                raise UsageError("say of which task this is an output, or claim one")
            task = get_task(db, asked)
            return task, _folder(task.work_folder)
        session = check_fence(db, *desk.claim)
        if asked not in (None, session.task_id):
            raise UsageError(f"this session works on #{session.task_id}; its outputs belong there")
        task = get_task(db, session.task_id)
        return task, _folder(task.work_folder) or _started_in(session.folder)


def _folder(text: str | None) -> Path | None:
    return Path(text) if text and Path(text).is_dir() else None


def _started_in(session_folder: str | None) -> Path | None:
    """The current folder that the session was started in, as its start.json says."""
    if session_folder is None:
        return None
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _folder(json.loads(read_text(*of_session(Path(session_folder), "start.json"), most=1 << 20))["cwd"])
    return None


def _note(desk: Desk, task: int, reason: str) -> None:
    from console.commands.observations import Observe, observe

    with desk.context() as context:
        observe(context, Observe(text=Line(f"an output was refused: {reason}"), task=task))
