"""Owns the making of tasks from an approved plan: the recorded file is read and judged once more, then written at once.

What cannot be used goes to the operator with the reason and is not tried again by itself. Files are read in a thread
while nothing of the blackboard is held.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from console.blackboard.connection import Database
from console.blackboard.reads.ends import used_so_far
from console.blackboard.reads.outputs import latest_outputs
from console.blackboard.writes.plan_tasks import apply_plan, refuse_plan
from console.clock import Clock
from console.engine.watched import Watched
from console.errors import Refused, UsageError
from console.home import Home
from console.planning import checked_plan, plan_among, world_of
from console.plans.plan import Plan
from console.records.budget import Usage
from console.records.output import Output

__all__ = ("apply_plan_of",)

_log = logging.getLogger("moziplus.engine")


@dataclass(frozen=True, slots=True)
class _HandedIn:
    recorded: Output | None
    used: Usage


async def apply_plan_of(project: Watched, task_id: int, home: Home, clock: Clock) -> None:
    """Make the tasks of the plan of `task_id`, or ask the operator. Raises Conflict where the world moved on meanwhile."""
    found = await project.call(_handed_in, task_id)
    try:
        plan = await asyncio.to_thread(_checked, project, home, task_id, found, clock.now())
        assert found.recorded is not None
        made = await project.call(apply_plan, task_id, plan, sha256=found.recorded.sha256, now=clock.now())
    except (Refused, UsageError) as error:
        problems = error.problems if isinstance(error, Refused) else [str(error)]
        _log.warning("the plan of %s#%s cannot be used: %s", project.id, task_id, problems[0])
        await project.call(refuse_plan, task_id, problems, now=clock.now())
    else:
        _log.info("the plan of %s#%s became %s tasks", project.id, task_id, len(made))


def _handed_in(db: Database, task_id: int) -> _HandedIn:
    return _HandedIn(plan_among(latest_outputs(db, task_id)), used_so_far(db))


def _checked(project: Watched, home: Home, task_id: int, found: _HandedIn, now: int) -> Plan:
    assert project.settings is not None
    world = world_of(project.settings, (project.folder / "config", home.config), found.used)
    return checked_plan(project.folder / "artifacts" / str(task_id), found.recorded, world, now)
