"""Owns the tidying up after tasks that have ended: a git worktree whose work is merged goes away.

Never removes work: whatever is not committed, or not in the repository's HEAD, stays.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from console.agents.workplace import clear_workplace
from console.blackboard.reads.tasks import with_worktree
from console.blackboard.writes.tasks import set_workplace
from console.clock import Clock
from console.engine.observe import World
from console.engine.watched import Watched
from console.errors import MoziError
from console.records.actor import SCHEDULER

__all__ = ("tidy",)

_log = logging.getLogger("moziplus.engine")


async def tidy(world: World, clock: Clock) -> None:
    """Go through the projects whose tasks have worktrees."""
    for project in list(world.projects.values()):
        settings = project.settings
        if settings is None or not settings.worktrees or settings.workdir is None or project.busy:
            continue
        try:
            await _tidy(project, settings.workdir, clock)
        except (MoziError, OSError) as error:
            _log.info("the worktrees of %s could not be looked at: %s", project.id, error)


async def _tidy(project: Watched, workdir: Path, clock: Clock) -> None:
    for task in await project.call(with_worktree):
        if await asyncio.to_thread(clear_workplace, task, workdir):
            _log.info("the worktree of %s#%s is merged and removed", project.id, task.id)
            await project.call(set_workplace, task.id, folder=None, branch=None, by=SCHEDULER, now=clock.now())
