"""Owns the note of what a worktree left behind when it went: commits that only its reflogs knew, under a ref for some days.

It never forgets a ref that was written before an end came; the daily cleaning gives it up when its time is over.
"""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.writes.worktrees import set_discarded
from console.git.leaving import PREFIX
from console.git.repository import Repository
from console.records.actor import Actor
from console.records.worktree import TaskWorktree

__all__ = ("free_ref", "note_left", "ref_for_left")

_DAY = 86_400_000
_FOR_EVER = 1 << 60


def free_ref(repository: Repository, prefix: str, project: str, task: int) -> str:
    """The first one of this task that is not there yet."""
    n = 1
    while repository.commit(f"{prefix}/{project}/{task}/{n}") is not None:
        n += 1
    return f"{prefix}/{project}/{task}/{n}"


def ref_for_left(repository: Repository, project: str, task: int, known: TaskWorktree | None) -> str:
    """Where to keep what is left behind; one that was written and not noted yet is that again."""
    free = free_ref(repository, PREFIX, project, task)
    stem, _, n = free.rpartition("/")
    last = f"{stem}/{int(n) - 1}"
    noted = n == "1" or (known is not None and known.discarded == last)
    return free if noted else last


def note_left(db: Database, task_id: int, repository: Repository, ref: str, *, days: int, by: Actor, now: int) -> None:
    """Remember what is kept under `ref`, for `days` (0: for ever); nothing where nothing is."""
    if (tip := repository.commit(ref)) is not None:
        until = now + days * _DAY if days else _FOR_EVER
        set_discarded(db, task_id, repository=str(repository.top), ref=ref, tip=tip, until=until, by=by, now=now)
