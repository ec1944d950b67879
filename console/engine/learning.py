"""Owns the effects of learning: index and files of experiences, the distillation's task, its skill, the end of old ones.

Files are written in threads and noted after them, so a crash between repeats harmlessly. No effect waits for a model.
"""

from __future__ import annotations

import asyncio
import logging
from typing import assert_never

from console.blackboard.reads.experiences import members_of
from console.blackboard.reads.learning import Behind, distillation_of_task, unwritten
from console.blackboard.reads.outputs import latest_outputs
from console.blackboard.writes import distillations
from console.blackboard.writes.experience_upkeep import index_changed, mark_written
from console.blackboard.writes.experiences import expire_experiences
from console.blackboard.writes.notes import observe
from console.clock import Clock
from console.crash import crash_point
from console.engine.watched import Watched
from console.errors import MoziError, said_of
from console.home import Home
from console.knowledge.distilled import install_distilled
from console.knowledge.experience_files import CAUSE, keep_files
from console.records.actor import SCHEDULER
from console.scheduler.actions import (
    Distil,
    DropDistillation,
    ExpireExperiences,
    InstallSkill,
    KeepExperiences,
    Learn,
)

__all__ = ("Learner",)

_log = logging.getLogger("moziplus.scheduler")


class Learner:
    """What a scheduler in charge does with experiences."""

    def __init__(self, home: Home, clock: Clock) -> None:
        self._home = home
        self._clock = clock

    async def perform(self, project: Watched, action: Learn) -> None:
        """Perform one action. Each looks again first; one that comes too late does nothing."""
        now = self._clock.now()
        match action:
            case KeepExperiences():
                await self._keep(project)
            case Distil():
                made = await project.call(
                    distillations.begin_distillation,
                    action.tag,
                    threshold=action.threshold,
                    role=action.role,
                    by=SCHEDULER,
                    now=now,
                )
                if made is not None:
                    _log.info("%s: experiences on %s are distilled by task #%d", project.id, action.tag, made.id)
            case InstallSkill():
                await self._install(project, action.task_id)
            case DropDistillation():
                await project.call(distillations.drop_distillation, action.task_id, by=SCHEDULER, now=now)
            case ExpireExperiences():
                old = await project.call(expire_experiences, before=action.before, by=SCHEDULER, now=now)
                _log.info("%s: %d experiences that nobody needed are deprecated", project.id, len(old))
            case _:
                assert_never(action)

    async def _keep(self, project: Watched) -> None:
        await project.call(index_changed)
        behind = await project.call(unwritten)
        if not behind:
            return
        problem = await asyncio.to_thread(_write, project, behind)
        crash_point("experiences.written")
        # A folder that cannot be written is told, not tried for ever: the files are copies.
        await project.call(mark_written, [(number, change) for number, change, _ in behind])
        if problem is not None:
            body = f"{problem}; mend that, then `moziplus experience export --project {project.id}` writes them all"
            await project.call(observe, body, cause=CAUSE, by=SCHEDULER, now=self._clock.now())

    async def _install(self, project: Watched, task_id: int) -> None:
        distillation = await project.call(distillation_of_task, task_id)
        outputs = await project.call(latest_outputs, task_id)
        numbers = [found.id for found in await project.call(members_of, distillation.id)]
        source = (
            f"distilled from experiences {', '.join(map(str, numbers))} of {project.id} (task {project.id}#{task_id})"
        )
        folder = project.folder / "artifacts" / str(task_id)
        crash_point("install.before_write")
        try:
            skill = await asyncio.to_thread(
                install_distilled, self._home, folder, outputs, tag=distillation.tag, source=source
            )
        except (MoziError, OSError) as error:
            _log.warning("%s: task #%d handed in no skill that can be used: %s", project.id, task_id, error)
            await project.call(
                distillations.refuse_skill, task_id, reason=str(error), by=SCHEDULER, now=self._clock.now()
            )
            return
        crash_point("install.before_commit")
        await project.call(
            distillations.finish_distillation, task_id, skill=skill.label, by=SCHEDULER, now=self._clock.now()
        )
        _log.info("%s: task #%d made the skill %s", project.id, task_id, skill.label)


def _write(project: Watched, behind: Behind) -> str | None:
    """The files of these; what is wrong, where one cannot be written."""
    try:
        keep_files(project.folder, behind)
    except OSError as error:
        return f"the files of experiences cannot be written: {said_of(error, project.folder)}"
    return None
