"""Owns `blackboard output`: records a file as an output of the task, copied into its folder where it lies elsewhere.

The file is read while no connection is open; what was refused because it leads out is noted on the blackboard.
"""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from pathlib import Path

from console.artifacts import Escapes, Kept, keep
from console.blackboard.writes.outputs import record_output
from console.cli.blackboard_commands.call import Call
from console.cli.words import line
from console.errors import UsageError
from console.records.task import Task
from console.safe_files import of_session, read_text

__all__ = ("arguments", "run")

KIND_MAX = 40


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and what it is."""
    parser.add_argument("path", metavar="PATH", help="the file, relative to the current folder")
    parser.add_argument("--copy", action="store_true", help="take it from anywhere: it is copied into outputs/")
    parser.add_argument("--kind", default="file", metavar="K", help="what it is, in one word: file, diff, report, …")


def run(call: Call) -> None:
    """Check, copy where needed, hash, record."""
    kind = line(call.asked.kind)
    if not kind or len(kind) > KIND_MAX:
        raise UsageError(f"--kind is a word of up to {KIND_MAX} characters")
    task, work_folder = _where(call)
    folder = call.folder / "artifacts" / str(task.id)
    try:
        kept = keep(call.asked.path, here=Path.cwd(), task_folder=folder, work_folder=work_folder, copy=call.asked.copy)
    except Escapes as error:
        _note(call, task.id, str(error))
        raise
    _record(call, task.id, kept, kind)


def _where(call: Call) -> tuple[Task, Path | None]:
    """The task, and the folder that its agent works in; a stale claim is refused before any file is touched."""
    from console.blackboard.reads.tasks import get_task
    from console.blackboard.writes.claims import check_fence

    with call.blackboard() as db:
        if call.claim is None:
            task = get_task(db, call.task_id)
            return task, _folder(task.work_folder)
        session = check_fence(db, *call.claim)
        if getattr(call.asked, "task", None) is not None and call.task != session.task_id:
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


def _record(call: Call, task: int, kept: Kept, kind: str) -> None:
    with call.blackboard() as db:
        made = record_output(
            db,
            task,
            path=kept.path,
            kind=kind,
            sha256=kept.sha256,
            size=kept.size,
            fence=call.fence,
            by=call.actor(db),
            now=call.now(),
        )
    record = {
        "project": call.project,
        "task": task,
        "path": made.path,
        "kind": made.kind,
        "version": made.version,
        "round": made.round,
        "size": made.size,
        "sha256": made.sha256,
        "copied": kept.copied,
    }
    call.out.one(record, f"recorded {made.path} (version {made.version}, {made.size} bytes)")


def _note(call: Call, task: int, reason: str) -> None:
    from console.blackboard.writes.notes import observe

    with call.blackboard() as db:
        body = f"an output was refused: {line(reason)}"
        observe(db, body, task_id=task, fence=call.fence, by=call.actor(db), now=call.now())
