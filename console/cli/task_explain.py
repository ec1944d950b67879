"""Owns the answer of `task explain`: one look at the world as a tick takes it, and what the rules say of one task."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.agents.everybody import AllAgents
from console.agents.local import LocalAgents
from console.api.why import Ahead, Before, Explained
from console.blackboard.reads.home import scheduler_status
from console.blackboard.reads.likes import likely_of
from console.blackboard.reads.tasks import dependencies, get_task, ready_tasks
from console.cli.options import Here
from console.days import written
from console.engine.home_watch import HomeWatch
from console.engine.in_charge import holder
from console.engine.links import published
from console.engine.live_settings import LiveSettings
from console.engine.observe import ONCE, World
from console.errors import MoziError, Unavailable
from console.records.fitness import Unfit, UnfitWhy
from console.records.likes import LikeBy
from console.records.task import TaskStatus
from console.scheduler.explain import explain
from console.scheduler.place import place
from console.scheduler.wording import BY_ITSELF

if TYPE_CHECKING:
    from console.records.policy import Policy
    from console.scheduler.snapshot import Snapshot

__all__ = ("explained", "took")

STARTED_BY = "nobody is in charge: it starts once `moziplus run`, or the console, is"
LONGEST = 5000
"""Ready tasks among which a place is looked for."""


def explained(here: Here, project: str, task_id: int) -> Explained:
    """Why a task is not running. Raises NotFound, and Unavailable where its project cannot be looked at."""
    with here.blackboard(project, read_only=True) as db:
        task = get_task(db, task_id)
        blockers = [needed for needed in dependencies(db, task_id) if needed.status != TaskStatus.DONE]
    snapshot, policy = asyncio.run(_look(here))
    view = next((found for found in snapshot.projects if found.id == project), None)
    if view is None:
        raise Unavailable(f"the scheduler cannot look at {project} now; see `moziplus doctor`")
    now = here.now()
    lost = [] if not task.reviews else _lost_targets(here, project, task.reviews)
    found = explain(view, snapshot, task, blockers, now, policy=policy)
    with here.blackboard(project, read_only=True) as db:
        queue = ready_tasks(db, order=view.order, now=now, limit=LONGEST, policy=view.policy)
        before = likely_of(db, task) if task.status in (TaskStatus.PENDING, TaskStatus.HELD) else None
    where = place(task, view, queue, now)
    return Explained(
        project=project,
        task=task_id,
        status=task.status,
        why=found.code,
        sentence=found.sentence,
        advice="; ".join(
            [STARTED_BY if found.advice == BY_ITSELF and holder(here.home) is None else found.advice, *lost]
        ),
        policy=view.order,
        position=where.position if where else None,
        of=where.of if where else None,
        ahead=tuple(Ahead(task=number, why=mark) for number, mark in where.ahead) if where else (),
        place=where.sentence if where else None,
        before=Before.of(before) if before is not None else None,
    )


def took(before: Before | None) -> str:
    """What its like took, in a sentence; empty where nothing is known."""
    if before is None:
        return ""
    alike = {
        LikeBy.AGENT_AND_TAGS: "with its tags, by the same agent",
        LikeBy.TAGS: "with its tags",
        LikeBy.AGENT: "by the same agent",
        LikeBy.ROLE: "for the same role",
    }[before.by]
    return f"tasks like it took {before.minutes:g} minutes and ${before.cost:.2f}: the median of {before.tasks} {alike}"


def _lost_targets(here: Here, project: str, reviews: tuple[str, ...]) -> list[str]:
    """What to say of its reviews that escalate to nobody; nothing where the settings are wrong."""
    from console.engine.escalations import lost_targets

    try:
        found = lost_targets(here.home, here.settings, here.home.project_folder(project))
    except MoziError:
        return []
    return [text for name, text in found.items() if name in reviews]


async def _look(here: Here) -> tuple[Snapshot, Policy]:
    """The world as the scheduler would see it now; nothing is taken in charge, nothing changed."""
    settings = LiveSettings(here.home, here.environ)
    home_watch = await HomeWatch.open(here.home)
    with closing(LocalAgents()) as agents:
        world = World(here.home, settings, AllAgents(agents), home_watch, here.clock, patience=ONCE)
        try:
            status = await home_watch.call(scheduler_status) or {}
            seen = _as_published(await world.look(), status if status.get("ticker_running") else {})
            return replace(seen, links=published(status)), settings.current.policy
        finally:
            await world.close()
            await home_watch.close()


def _as_published(snapshot: Snapshot, status: dict[str, Any]) -> Snapshot:
    """Whether a program is there and a variable is set is seen where the scheduler runs, not in this shell."""
    projects = status.get("projects") or {}
    views = []
    for view in snapshot.projects:
        told = projects.get(view.id) or {}
        if "unfit" in told:
            unfit = {name: _unfit(found) for name, found in told["unfit"].items()}
            view = replace(view, unfit=unfit, place=_unfit(told["place"]) if told.get("place") else None)
        views.append(view)
    return replace(snapshot, projects=tuple(views))


def _unfit(told: dict[str, Any]) -> Unfit:
    until = told.get("until")
    return Unfit(why=UnfitWhy(told["why"]), told=str(told["told"]), until=None if until is None else written(until))
