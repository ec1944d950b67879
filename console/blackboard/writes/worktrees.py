"""Owns what is written of tasks' git worktrees: where they are, why they are kept, how they ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from console.blackboard.connection import Database, write
from console.blackboard.reads.worktrees import sharing, worktree_row
from console.blackboard.writes.stamps import STAMP, change, stamped, the_task
from console.records.actor import Actor
from console.records.worktree import Kept

__all__ = (
    "forget_discarded",
    "note_kept",
    "note_ready",
    "set_discarded",
    "set_merged",
    "set_worktree",
    "worktree_gone",
)


def set_worktree(
    db: Database,
    task_id: int,
    *,
    folder: str,
    branch: str,
    repository: str,
    base: str,
    target: str | None,
    ready: bool,
    by: Actor,
    now: int,
) -> None:
    """Remember the worktree of a task, with all that is known of it. What is the same writes nothing."""
    with write(db):
        task = the_task(db, task_id)
        if (task.work_folder, task.branch) != (folder, branch):
            change(db, task_id, by, now, work_folder=folder, branch=branch)
        row = worktree_row(db, task_id)
        wanted = {"repository": repository, "base": base, "target": target, "ready": int(ready)}
        if row is None:
            _insert(db, task_id, by, now, wanted)
        elif any(getattr(row, name) != value for name, value in wanted.items()) or row.kept:
            _set(db, task_id, by, now, **wanted, kept="[]")


def note_ready(db: Database, task_id: int, *, by: Actor, now: int) -> None:
    """It has all that a fresh worktree is given."""
    with write(db):
        _set(db, task_id, by, now, ready=1)


def note_kept(
    db: Database, task_id: int, *, repository: str, kept: Sequence[Kept], size: int, by: Actor, now: int
) -> None:
    """Why a worktree is still there. The same again writes nothing."""
    with write(db):
        row = worktree_row(db, task_id)
        if row is None:
            _insert(db, task_id, by, now, {"repository": repository})
        if row is None or row.kept != tuple(kept) or row.size != size:
            told = json.dumps([{"code": one.code, "n": one.n, "names": one.names} for one in kept], ensure_ascii=True)
            _set(db, task_id, by, now, kept=told, size=size, looked_at=now)


def worktree_gone(db: Database, task_id: int, *, by: Actor, now: int) -> None:
    """Worktree and branch are no more; so it is for every task that worked there."""
    with write(db):
        for task in sharing(db, the_task(db, task_id)):
            if task.work_folder is not None or task.branch is not None:
                change(db, task.id, by, now, work_folder=None, branch=None)
            if worktree_row(db, task.id) is not None:
                _set(db, task.id, by, now, kept="[]", size=0, ready=0)


def set_merged(db: Database, task_id: int, *, repository: str, commit: str, into: str, by: Actor, now: int) -> None:
    """It came into `into` by `commit`; so did every task that worked there."""
    with write(db, durable=True):
        for task in sharing(db, the_task(db, task_id)):
            row = worktree_row(db, task.id)
            if row is None:
                _insert(db, task.id, by, now, {"repository": repository})
            if row is None or row.merged != commit:
                _set(db, task.id, by, now, merged=commit, merged_into=into, merged_at=now)


def set_discarded(
    db: Database, task_id: int, *, repository: str, ref: str, tip: str, until: int, by: Actor, now: int
) -> None:
    """What it held is under `ref` until `until`."""
    with write(db, durable=True):
        for task in sharing(db, the_task(db, task_id)):
            if worktree_row(db, task.id) is None:
                _insert(db, task.id, by, now, {"repository": repository})
            _set(db, task.id, by, now, discarded=ref, discarded_tip=tip, discarded_until=until)


def forget_discarded(db: Database, task_id: int, *, by: Actor, now: int) -> None:
    """The ref was given up."""
    with write(db):
        _set(db, task_id, by, now, discarded=None, discarded_tip=None, discarded_until=None)


def _insert(db: Database, task_id: int, by: Actor, now: int, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    db.execute(
        f"INSERT INTO worktrees (task_id, {names}, updated_at, actor, origin, in_session)"
        f" VALUES (:task_id, {places}, :now, :actor, :origin, :in_session)",
        stamped(by, now, task_id=task_id, **values),
    )


def _set(db: Database, task_id: int, by: Actor, now: int, **columns: Any) -> None:
    parts = ", ".join(f"{name} = :{name}" for name in columns)
    db.execute(f"UPDATE worktrees SET {parts}, {STAMP} WHERE task_id = :id", stamped(by, now, id=task_id, **columns))
