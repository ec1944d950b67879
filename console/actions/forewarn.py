"""Owns what is said at once of something that was accepted and will not run, or not soon: one line for each reason.

It refuses nothing and writes nothing. The scheduler's own rules decide later, `task explain` gives their answer in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from console.actions.queue import HomeNow, of_home, of_pause
from console.agents.fitness import unfit
from console.backends import traits_of
from console.blackboard.connection import Database
from console.blackboard.reads.tasks import dependencies, get_task
from console.days import shown
from console.engine.budget_status import of_project
from console.engine.links import published
from console.engine.protocols import Protocols
from console.home import Home
from console.i18n import _
from console.records.task import FINAL, Task, TaskStatus
from console.reviews.seats import choose_reviewers
from console.scheduler.matching import Team
from console.scheduler.unassignable import nobody_fits, told
from console.settings.load import agent_from

if TYPE_CHECKING:
    from console.api.status import Budget
    from console.records.agent import Agent
    from console.settings import ProjectSettings

__all__ = ("on_task", "on_team", "strangers")

FAR = 366 * 86_400_000
"""Milliseconds from where on a date looks like a slip of the pen."""


def on_task(
    home: Home,
    db: Database,
    settings: ProjectSettings,
    task_id: int,
    *,
    environ: Mapping[str, str],
    now: int,
) -> tuple[str, ...]:
    """What keeps a task that was just made, changed or brought back from being started, judged or in time."""
    task = get_task(db, task_id)
    if task.status in FINAL or task.status in (TaskStatus.WORKING, TaskStatus.HELD):
        return ()
    seen = HomeNow.of(home)
    found = [*of_home(seen)]
    found += _of_project(home, db, settings, now)
    if task.status == TaskStatus.PENDING:
        found += [*_of_dates(task, now), *_of_blockers(db, settings.id, task)]
        found += _of_agents(seen, settings, task, environ)
    found += _of_judges(home, db, settings, task)
    return tuple(found)


def on_team(settings: ProjectSettings, defined: Mapping[str, Agent], *, gateway: str, stands: str) -> tuple[str, ...]:
    """What is to be known of a team that was just named; `gateway` is the address, `stands` how it stands, in words."""
    if not settings.agents:
        told_of = _("it has no agents, nothing in it is started: moziplus project edit {project} --agents A,B")
        return (told_of.format(project=settings.id),)
    told_of = _("no config defines {agent}: it is taken as an agent of the gateway at {gateway} ({state})")
    return tuple(told_of.format(agent=name, gateway=gateway, state=stands) for name in strangers(settings, defined))


def strangers(settings: ProjectSettings, defined: Mapping[str, Agent]) -> tuple[str, ...]:
    """Whom of the team neither home nor project defines: a slip of the pen, or an agent of the gateway."""
    return tuple(agent.id for agent in settings.agents if agent == agent_from(agent.id, {}) and agent.id not in defined)


def _of_project(home: Home, db: Database, settings: ProjectSettings, now: int) -> Iterator[str]:
    yield from of_pause(db, settings.id)
    budgets = of_project(home, home.project_folder(settings.id), db, now)
    if budgets is None:
        return
    today = _("the project's budget for today")
    for budget, words in ((budgets.project, _("the project's budget")), (budgets.project_day, today)):
        if spent := _spent(budget):
            yield _("{budget} is used up ({used} of {limit} {unit}): nothing is started; see guardrails.yaml").format(
                budget=words, **spent
            )


def _spent(budget: Budget) -> dict[str, Any] | None:
    for unit in ("sessions", "tokens", "cost"):
        limit, used = getattr(budget.limit, unit), getattr(budget.used, unit)
        if limit is not None and used >= limit:
            return {"used": f"{used:.10g}", "limit": f"{limit:.10g}", "unit": unit}
    return None


def _of_dates(task: Task, now: int) -> Iterator[str]:
    if task.deadline is not None and task.deadline <= now:
        yield _("its deadline has passed already: {at}").format(at=shown(task.deadline))
    if task.not_before is not None and task.not_before > now + FAR:
        yield _("it is not started before {at}, more than a year from now").format(at=shown(task.not_before))
    elif task.not_before is not None and task.not_before < now - 60_000:
        yield _("its date not to start before has passed already ({at}): it may start at once").format(
            at=shown(task.not_before)
        )
    if task.deadline is not None and task.not_before is not None and now < task.deadline < task.not_before:
        yield _("its deadline comes before the date that it may start at")


def _of_blockers(db: Database, project: str, task: Task) -> Iterator[str]:
    for needed in dependencies(db, task.id):
        if needed.status in (TaskStatus.FAILED, TaskStatus.CANCELLED):
            yield _(
                "it waits for #{number}, which is {status} and will not end by itself: moziplus task retry {number}"
                " --project {project}, or take the dependency away"
            ).format(number=needed.id, status=_(str(needed.status)), project=project)


def _of_agents(seen: HomeNow, settings: ProjectSettings, task: Task, environ: Mapping[str, str]) -> Iterator[str]:
    fitting = Team(settings.agents).fitting(task)
    if not fitting:
        advice = _("moziplus task assign {number}, or add an agent: moziplus project edit {project}")
        yield f"{told(nobody_fits(task, settings.agents), task)}; " + advice.format(number=task.id, project=settings.id)
        return
    why = {agent.id: _out(seen, settings, agent, environ) for agent in fitting}
    if all(why.values()):
        yield _("nobody who could do it can be started: {why}").format(
            why="; ".join(f"{name} {reason}" for name, reason in why.items())
        )


def _out(seen: HomeNow, settings: ProjectSettings, agent: Agent, environ: Mapping[str, str]) -> str | None:
    """Why the agent cannot be started: in the scheduler's words where there is one, by our own look else."""
    traits = traits_of(agent.backend)
    if traits.claims:
        return _("claims for itself")
    link = published(seen.published).get(traits.link or "") if seen.serves else None
    if link is not None and not link.up:
        return _("is the {link}'s ({state})").format(link=link.name, state=link.why)
    projects = seen.published.get("projects") or {} if seen.serves else {}
    if agent.id in (reported := (projects.get(settings.id) or {}).get("unfit") or {}):
        return str(reported[agent.id]["told"])
    found = None if seen.serves else unfit(agent, environ, cwd=settings.workdir)
    return None if found is None else found.told


def _of_judges(home: Home, db: Database, settings: ProjectSettings, task: Task) -> Iterator[str]:
    if not task.reviews or not settings.agents:
        return
    protocols = Protocols(home)
    authors = {agent.id for agent in Team(settings.agents).fitting(task)}
    for name in task.reviews:
        protocol = protocols.get(home.project_folder(settings.id), name)
        if not choose_reviewers(protocol.reviewers, settings.agents, authors=authors if len(authors) == 1 else ()):
            yield _("no agent of the project can judge it by {protocol}: the review will come to you").format(
                protocol=name
            )
