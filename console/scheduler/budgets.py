"""Owns the budgets: what may still be started within them, who is told when one is used up, which task is held for it.

Whoever runs beyond one is stopped (`stops`); each start counts against a limit of sessions at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from console.records.budget import TaskUse
from console.records.task import TaskStatus
from console.scheduler.actions import EndAlert, HoldTask, RaiseAlert
from console.scheduler.caps import (
    NEARLY,
    Cap,
    Spent,
    caps_of_task,
    nearly,
    reached,
    told,
    used_of,
    while_at_work,
    wide_caps,
)
from console.scheduler.snapshot import Present, ProjectView, Snapshot

__all__ = ("Ledger", "budgets", "day_budget", "over_cap")

CAUSE = "budget:"
TASK_CAUSE = "budget:task:"
DAY_CAUSE = "budget:day"
NEAR = "cap-near:"
NEAR_TASK = "cap-near:task:"


class Ledger:
    """What is left while one decision is made: what was used before it, and what it starts."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._open = not snapshot.day.any and not any(_limited(view) for view in snapshot.projects)
        """There is no limit at all; this is asked often."""
        if self._open:
            return
        self._day = snapshot.day
        self._used_today = used_of([view.used_today for view in snapshot.projects])
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
            reached(Cap(scope="day", limit=self._day, used=self._used_today), started=self._home)
            or reached(Cap(scope="project_day", limit=view.budgets.project_day, used=view.used_today), started=started)
            or reached(Cap(scope="project", limit=view.budgets.project, used=view.used), started=started)
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
        return None if use is None else _of_task(view, use, started=self._tasks[view.id, task_id])


def over_cap(present: Present, view: ProjectView, snapshot: Snapshot, now: int) -> Spent | None:
    """What of its caps a session that works has used up."""
    for cap in wide_caps(view, snapshot):
        if (spent := reached(cap, running=True)) is not None:
            return spent
    use = view.tasks_used.get(present.session.task_id)
    if use is None:
        return None
    there = tuple(p for p in view.present if p.session.task_id == present.session.task_id)
    return _of_task(view, while_at_work(use, there, now), running=True, agent=present.session.agent)


def budgets(view: ProjectView, now: int) -> Iterator[HoldTask | RaiseAlert | EndAlert]:
    """What the budgets of one project ask for: tasks to hold, alerts and their ends."""
    causes = [cause for cause in view.open_causes if cause.startswith((CAUSE, NEAR))]
    if view.state.archived or not (_limited(view) or causes):
        return
    for scope, limit, used in (
        ("project", view.budgets.project, view.used),
        ("project_day", view.budgets.project_day, view.used_today),
    ):
        yield from _alerts(view.id, Cap(scope=scope, limit=limit, used=used), view.open_causes)
    over = {i: spent for i, use in view.tasks_used.items() if (spent := _of_task(view, use)) is not None}
    yield from _holds(view, over)
    near = dict(_near(view, over, now))
    for number, spent in near.items():
        if (cause := f"{NEAR_TASK}{number}") not in view.open_causes:
            body = f"task #{number}: {nearly(spent)}; `moziplus task raise {number}` gives it as much again"
            yield RaiseAlert(project=view.id, cause=cause, body=body, task_id=number)
    for cause in sorted(causes):
        for kind, still in ((TASK_CAUSE, over), (NEAR_TASK, near)):
            if cause.startswith(kind) and cause.removeprefix(kind) not in map(str, still):
                yield EndAlert(project=view.id, cause=cause)


def day_budget(snapshot: Snapshot) -> Iterator[RaiseAlert | EndAlert]:
    """The home's alerts that the day's budget is used up, or nearly, and their end: a new day, or a higher limit."""
    used = used_of([view.used_today for view in snapshot.projects])
    yield from _alerts("", Cap(scope="day", limit=snapshot.day, used=used), snapshot.home_causes)


def _near(view: ProjectView, over: dict[int, Spent], now: int) -> Iterator[tuple[int, Spent]]:
    """Tasks at which somebody works, or whose warning stands, and of whose caps not much is left."""
    at_work = {p.session.task_id for p in view.present}
    for number, use in view.tasks_used.items():
        if number in over or not (number in at_work or f"{NEAR_TASK}{number}" in view.open_causes):
            continue
        there = tuple(p for p in view.present if p.session.task_id == number)
        spent = _of_task(view, while_at_work(use, there, now), part=NEARLY, running=True)
        if spent is not None and spent.used < spent.limit:
            yield number, spent


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
            body = f"task #{task.id} is held: {told(spent)}; `moziplus task raise {task.id}` gives it as much again"
            yield RaiseAlert(project=view.id, cause=cause, body=body, task_id=task.id)


def _alerts(project: str, cap: Cap, causes: frozenset[str]) -> Iterator[RaiseAlert | EndAlert]:
    """That it is used up, and before that once that it nearly is."""
    spent, near = reached(cap), reached(cap, part=NEARLY, running=True)
    if spent is not None or (near is not None and near.used >= near.limit):
        near = None
    for cause, found, body in (
        (f"{CAUSE}{cap.scope}", spent, "" if spent is None else f"nothing more is started: {told(spent)}"),
        (f"{NEAR}{cap.scope}", near, "" if near is None else nearly(near)),
    ):
        if found is not None and cause not in causes:
            yield RaiseAlert(project=project, cause=cause, body=body)
        elif found is None and cause in causes:
            yield EndAlert(project=project, cause=cause)


def _of_task(
    view: ProjectView,
    use: TaskUse,
    *,
    started: int = 0,
    part: float = 1.0,
    running: bool = False,
    agent: str | None = None,
) -> Spent | None:
    agents = {each.id: each for each in view.agents}
    for cap in caps_of_task(view.budgets.task, agents, use, agent):
        spent = reached(cap, started=0 if cap.agent else started, part=part, running=running)
        if spent is not None:
            return spent
    return None


def _limited(view: ProjectView) -> bool:
    budgets = view.budgets
    return budgets.project.any or budgets.project_day.any or budgets.task.any or bool(view.tasks_used)


def _about_to_start(view: ProjectView) -> int:
    return sum(not present.session.id for present in view.present)
