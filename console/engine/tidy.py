"""Owns the tidying up after tasks that have ended: a git worktree goes away once nothing would be lost with it.

Never removes work: what stands against it is noted on the blackboard, and the worktree stays.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from console.agents.workplace import clear_workplace
from console.blackboard.connection import Database
from console.blackboard.reads.worktrees import tidiable, worktree_row
from console.blackboard.writes.worktrees import note_kept, worktree_gone
from console.clock import Clock
from console.commands.left_behind import note_left, ref_for_left
from console.engine.observe import World
from console.engine.watched import Watched
from console.errors import MoziError
from console.git.repository import Repository
from console.git.standing import size_of
from console.git.worktree import repository_for
from console.records.actor import SCHEDULER
from console.records.task import Task
from console.records.worktree import TaskWorktree
from console.settings import ProjectSettings

__all__ = ("Tidier",)

AGAIN = 600.0
"""Seconds after which one is looked at again although nothing of it seems to have moved."""

_log = logging.getLogger("moziplus.engine")


class Tidier:
    """Tidies now and then; remembers what it looked at, so that what stays is not asked every minute."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[tuple[int, ...], float]] = {}
        """Folder → how its repository stood when it was looked at last, and when that was."""

    async def tidy(self, world: World, clock: Clock, days: int) -> None:
        """Go through the projects whose tasks have worktrees. What only their reflogs know is kept for `days`."""
        for project in list(world.projects.values()):
            settings = project.settings
            if settings is None or settings.workdir is None or project.busy:
                continue
            try:
                await self._tidy(project, settings, settings.workdir, clock, days)
            except (MoziError, OSError) as error:
                _log.info("the worktrees of %s could not be looked at: %s", project.id, error)

    async def _tidy(self, project: Watched, settings: ProjectSettings, workdir: Path, clock: Clock, days: int) -> None:
        for task, known in await project.call(_to_look_at):
            assert task.work_folder is not None
            stands = await asyncio.to_thread(_stand, Path(task.work_folder))
            seen = self._seen.get(task.work_folder)
            if seen is not None and seen[0] == stands and clock.monotonic() - seen[1] < AGAIN:
                continue
            where, caches = await asyncio.to_thread(repository_for, task, known, workdir), settings.worktree.caches
            left = await asyncio.to_thread(ref_for_left, where, project.id, task.id, known)
            kept = await asyncio.to_thread(clear_workplace, task, workdir, known=known, caches=caches, left=left)
            if not kept:
                _log.info("the worktree of %s#%s is merged and removed", project.id, task.id)
                self._seen.pop(task.work_folder, None)
                now = clock.now()
                await project.call(note_left, task.id, where, left, days=days, by=SCHEDULER, now=now)
                await project.call(worktree_gone, task.id, by=SCHEDULER, now=clock.now())
                continue
            self._seen[task.work_folder] = stands, clock.monotonic()
            size = await asyncio.to_thread(size_of, Path(task.work_folder))
            top = str(workdir) if known is None else known.repository
            await project.call(note_kept, task.id, repository=top, kept=kept, size=size, by=SCHEDULER, now=clock.now())


def _to_look_at(db: Database) -> list[tuple[Task, TaskWorktree | None]]:
    return [(task, worktree_row(db, task.id)) for task in tidiable(db)]


def _stand(folder: Path) -> tuple[int, ...]:
    """Times that move with commits, checkouts and merges on either side; asked of the file system alone."""
    try:
        tree = Repository.at(folder)
    except MoziError:
        return ()
    places = [tree.gitdir / name for name in ("HEAD", "index", "logs/HEAD", "locked")]
    places += [
        tree.common / name for name in ("HEAD", "logs/HEAD", "packed-refs", "refs/heads", "reftable/tables.list")
    ]
    return tuple(_time(place) for place in places)


def _time(path: Path) -> int:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return 0
