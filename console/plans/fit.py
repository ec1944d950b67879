"""Owns whether a project can do a plan: its agents, roles, capabilities, protocols and budgets against each task.

Agents that are busy, or behind a gateway that is down, count: only what can never be done is a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.plans.fields import Place, Report
from console.plans.plan import Plan, Planned, World
from console.records.budget import Limit, Usage
from console.records.task import Task
from console.scheduler.matching import mismatch

__all__ = ("problems_of",)

_WHAT = ("tokens", "cost", "sessions")


def problems_of(plan: Plan, world: World, place: Place) -> list[str]:
    """Every reason, in one line, why the project cannot do it."""
    report = Report(place)
    for n, task in enumerate(plan.tasks):
        path = ("tasks", str(n))
        _check_who(task, path, world, report)
        for name in task.reviews:
            if name not in world.protocols:
                report.add((*path, "reviews"), f"one of {_listed(world.protocols)}", f"`{name}`")
        for expected, found in _over_for_one(task, world):
            report.add((*path, "estimate"), expected, found)
    for expected, found in _over_for_all(plan, world):
        report.add(("tasks",), expected, found)
    return report.problems


def _check_who(task: Planned, path: tuple[str, ...], world: World, report: Report) -> None:
    ids = [agent.id for agent in world.agents]
    roles = sorted({agent.role for agent in world.agents if agent.role})
    able = {capability for agent in world.agents for capability in agent.capabilities}
    if task.assignee is not None and task.assignee not in ids:
        report.add((*path, "assignee"), f"an agent of this project ({_listed(ids)})", f"`{task.assignee}`")
    elif task.role is not None and task.role not in roles:
        report.add((*path, "role"), f"a role of this project ({_listed(roles)})", f"`{task.role}`")
    elif unknown := [need for need in task.needs if need not in able]:
        report.add((*path, "needs"), f"capabilities of its agents ({_listed(sorted(able))})", f"`{', '.join(unknown)}`")
    elif not any(mismatch(agent, _as_task(task)) is None for agent in world.agents):
        report.add(path, "somebody in this project who is all that it asks for", _asked(task, world))


def _as_task(task: Planned) -> Task:
    return Task(id=0, title=task.title, assignee=task.assignee, role=task.role, needs=task.needs)


def _asked(task: Planned, world: World) -> str:
    if not world.agents:
        return "a project without agents"
    asked = [task.assignee or "", f"@{task.role}" if task.role else "", *task.needs]
    wanted = ", ".join(part for part in asked if part)
    return f"nobody ({wanted})" if wanted else "only reviewers, who take no work that does not ask for them"


def _over_for_one(task: Planned, world: World) -> Iterator[tuple[str, str]]:
    """A task goes beyond what one may use, or beyond what may be used in a day: no day would ever be long enough."""
    budgets = world.budgets
    limits = (("a task", budgets.task), ("a day of this project", budgets.project_day), ("a day", budgets.day))
    for name in _WHAT:
        for what, limit in limits:
            most, wanted = getattr(limit, name), getattr(task.estimate, name)
            if most is not None and wanted > most:
                yield f"at most {_amount(name, most)} for {what}", _amount(name, wanted)
                break


def _over_for_all(plan: Plan, world: World) -> Iterator[tuple[str, str]]:
    """All together go beyond what is left of the project's budget."""
    limit: Limit = world.budgets.project
    total = _sum(task.estimate for task in plan.tasks)
    for name in _WHAT:
        most, used, wanted = getattr(limit, name), getattr(world.used, name), getattr(total, name)
        if most is not None and wanted and used + wanted > most:
            left = _amount(name, max(most - used, 0))
            yield (
                f"estimates within the project's budget ({left} left of {_amount(name, most)})",
                f"{_amount(name, wanted)} for {len(plan.tasks)} task(s)",
            )


def _sum(estimates: Iterable[Usage]) -> Usage:
    tokens = sessions = 0
    cost = 0.0
    for one in estimates:
        tokens, sessions, cost = tokens + one.tokens, sessions + one.sessions, cost + one.cost
    return Usage(tokens=tokens, sessions=sessions, cost=round(cost, 6))


def _amount(name: str, number: float) -> str:
    return f"${number:g}" if name == "cost" else f"{number:,} {name}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
