"""Owns the budgets: what may still be started within them, who is told when one is used up, which task is held for it.

What runs goes on; nothing is guessed of what it will use, but each start counts against a limit of sessions at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from console.records.budget import Limit, TaskUse, Usage
from console.records.task import TaskStatus
from console.scheduler.actions import EndAlert, HoldTask, RaiseAlert
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("Ledger", "Spent", "budgets", "day_budget", "told")

CAUSE = "budget:"
TASK_CAUSE = "budget:task:"
DAY_CAUSE = "budget:day"
_DUST = 1e-9
"""Sums of fractions of a dollar may end this much below what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A budget of which nothing is left."""

    scope: str
    """task, project, project_day or day, as in guardrails.yaml."""
    unit: str
    """tokens, cost or sessions."""
    used: float
    limit: float


class Ledger:
    """What is left while one decision is made: what was used before it, and what it starts."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._open = not snapshot.day.any and not any(_limited(view) for view in snapshot.projects)
        """There is no limit at all; this is asked often."""
        if self._open:
            return
        self._day = snapshot.day
        self._used_today = _sum([view.used_today for view in snapshot.projects])
        # Of a project that does not answer yet, what it is about to start is not in its numbers so far.
        self._home = sum(_about_to_start(view) for view in snapshot.projects)
        self._projects = Counter({view.id: _about_to_start(view) for view in snapshot.projects})
        self._tasks: Counter[tuple[str, int]] = Counter()

    def spent(self, view: ProjectView, task_id: int | None = None) -> Spent | None:
        """The widest budget that lets nothing more start in `view`, or on the task of it."""
        if self._open:
            return None
        started = self._projects[view.id]
        return (
            _spent("day", self._day, self._used_today, self._home)
            or _spent("project_day", view.budgets.project_day, view.used_today, started)
            or _spent("project", view.budgets.project, view.used, started)
            or (None if task_id is None else self._task_spent(view, task_id))
        )

    def take(self, view: ProjectView, task_id: int) -> None:
        """A session is started on the task."""
        if self._open:
            return
        self._home += 1
        self._projects[view.id] += 1
        self._tasks[view.id, task_id] += 1

    def _task_spent(self, view: ProjectView, task_id: int) -> Spent | None:
        use = view.tasks_used.get(task_id)
        return None if use is None else _of_task(view, use, self._tasks[view.id, task_id])


def budgets(view: ProjectView, snapshot: Snapshot) -> Iterator[HoldTask | RaiseAlert | EndAlert]:
    """What the budgets of one project ask for: tasks to hold, alerts and their ends."""
    if view.state.archived or not (_limited(view) or any(cause.startswith(CAUSE) for cause in view.open_causes)):
        return
    found = (
        _spent("project", view.budgets.project, view.used, 0),
        _spent("project_day", view.budgets.project_day, view.used_today, 0),
    )
    for spent, cause in zip(found, ("budget:project", "budget:project_day"), strict=True):
        yield from _alert(view.id, cause, spent, view.open_causes)
    over = {i: spent for i, use in view.tasks_used.items() if (spent := _of_task(view, use, 0)) is not None}
    yield from _holds(view, over)
    for cause in sorted(view.open_causes):
        if cause.startswith(TASK_CAUSE) and cause.removeprefix(TASK_CAUSE) not in map(str, over):
            yield EndAlert(project=view.id, cause=cause)


def day_budget(snapshot: Snapshot) -> Iterator[RaiseAlert | EndAlert]:
    """The home's alert that the day's budget is used up, and its end: a new day, or a higher limit."""
    used = _sum([view.used_today for view in snapshot.projects])
    yield from _alert("", DAY_CAUSE, _spent("day", snapshot.day, used, 0), snapshot.home_causes)


def told(spent: Spent) -> str:
    """The same in words: whose budget, and how much of it."""
    whose = {
        "task": "its own budget",
        "project": "the project's budget",
        "project_day": "the project's budget for today",
        "day": "the home's budget for today",
    }[spent.scope]
    if spent.unit == "cost":
        return f"{whose} is used up: {spent.used:.2f} of {spent.limit:.2f} US dollars"
    return f"{whose} is used up: {spent.used:.0f} of {spent.limit:.0f} {spent.unit}"


def _holds(view: ProjectView, over: dict[int, Spent]) -> Iterator[HoldTask | RaiseAlert]:
    """Tasks that would start something if they could. One at which somebody works is held once that one has gone."""
    at_work = {p.session.task_id for p in view.present}
    waiting = [*view.ready, *(r.task for r in view.rounds)]
    for task in {task.id: task for task in waiting}.values():
        spent = over.get(task.id)
        if spent is None or task.id in at_work or task.status not in (TaskStatus.PENDING, TaskStatus.REVIEW):
            continue
        yield HoldTask(project=view.id, task_id=task.id, reason=told(spent))
        cause = f"{TASK_CAUSE}{task.id}"
        if cause not in view.open_causes:
            body = f"task #{task.id} is held: {told(spent)}; `moziplus task release` gives it as much again"
            yield RaiseAlert(project=view.id, cause=cause, body=body, task_id=task.id)


def _alert(project: str, cause: str, spent: Spent | None, causes: frozenset[str]) -> Iterator[RaiseAlert | EndAlert]:
    if spent is not None and cause not in causes:
        body = f"nothing more is started: {told(spent)}"
        yield RaiseAlert(project=project, cause=cause, body=body)
    elif spent is None and cause in causes:
        yield EndAlert(project=project, cause=cause)


def _of_task(view: ProjectView, use: TaskUse, started: int) -> Spent | None:
    return _spent("task", view.budgets.task, use.used, started, 1 + use.releases)


def _spent(scope: str, limit: Limit, used: Usage, started: int, times: int = 1) -> Spent | None:
    """The unit of which nothing is left; `times` the limit may be used."""
    measured = (
        ("cost", used.cost + _DUST, limit.cost),
        ("tokens", used.tokens, limit.tokens),
        ("sessions", used.sessions + started, limit.sessions),
    )
    for unit, so_far, most in measured:
        if most is not None and so_far >= most * times:
            return Spent(scope=scope, unit=unit, used=so_far, limit=most * times)
    return None


def _sum(parts: list[Usage]) -> Usage:
    return Usage(
        sessions=sum(p.sessions for p in parts), tokens=sum(p.tokens for p in parts), cost=sum(p.cost for p in parts)
    )


def _limited(view: ProjectView) -> bool:
    budgets = view.budgets
    return budgets.project.any or budgets.project_day.any or budgets.task.any


def _about_to_start(view: ProjectView) -> int:
    return sum(not present.session.id for present in view.present)
