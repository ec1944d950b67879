"""Owns what is left of a limit: of a task, of an agent on it, of a project, of a day; and how that is said.

Pure arithmetic on what was used so far. Whom that stops, holds or warns is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from console.records.agent import Agent
from console.records.budget import Limit, TaskUse, Usage
from console.scheduler.snapshot import Present, ProjectView, Snapshot

__all__ = (
    "NEARLY",
    "UNITS",
    "Cap",
    "Spent",
    "caps_of_task",
    "nearly",
    "reached",
    "told",
    "tokens_left",
    "used_of",
    "while_at_work",
    "wide_caps",
)

NEARLY = 0.8
"""The part of a limit at which the operator is warned."""
UNITS = ("cost", "tokens", "sessions", "seconds")
_DUST = 1e-9
"""Sums of fractions of a dollar may end this much below what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A limit, and what was used of it."""

    scope: str
    """task, project, project_day or day, as in guardrails.yaml; or agent, as in its settings."""
    limit: Limit
    used: Usage
    since: Usage = field(default_factory=Usage)
    """What had been used when the limit was raised to what it is."""
    agent: str = ""
    """Whose, where it is an agent's."""

    def part(self, unit: str, part: float) -> float | None:
        """How much may be used until `part` of the limit is; of one that was raised, that part of what was left then."""
        most: float | None = getattr(self.limit, unit)
        since: float = getattr(self.since, unit)
        return most if most is None or part == 1.0 else since + (most - since) * part


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A cap of which nothing is left."""

    scope: str
    unit: str
    """tokens, cost, sessions or seconds."""
    used: float
    limit: float
    agent: str = ""


def reached(cap: Cap, *, started: int = 0, part: float = 1.0, running: bool = False) -> Spent | None:
    """The unit of which `part` is used, if any is. A session that is `running` was started within the limit of sessions."""
    for unit in UNITS:
        most, used = cap.part(unit, part), getattr(cap.used, unit)
        if most is None or (running and unit == "sessions"):
            continue
        used += {"sessions": started, "cost": _DUST}.get(unit, 0)
        if used >= most:
            return Spent(scope=cap.scope, unit=unit, used=used, limit=getattr(cap.limit, unit), agent=cap.agent)
    return None


def wide_caps(view: ProjectView, snapshot: Snapshot) -> Iterator[Cap]:
    """What the sessions of a project share with others."""
    if snapshot.day.any:  # this is asked for each session that works
        yield Cap(scope="day", limit=snapshot.day, used=used_of([each.used_today for each in snapshot.projects]))
    yield Cap(scope="project_day", limit=view.budgets.project_day, used=view.used_today)
    yield Cap(scope="project", limit=view.budgets.project, used=view.used)


def caps_of_task(limit: Limit, agents: Mapping[str, Agent], use: TaskUse, agent: str | None = None) -> Iterator[Cap]:
    """The caps of a task whose budget is `limit`: its own, and those of its agents (of one `agent`, where that is asked).

    What the operator raised for this task takes the place of the others.
    """
    times = 1 + use.releases
    since = Usage(**{unit: getattr(use.raised_at, unit) for unit in UNITS if getattr(use.own, unit) is not None})
    yield Cap(scope="task", limit=_over(_times(limit, times), use.own), used=use.used, since=since)
    for name in use.by_agent if agent is None else (agent,):
        found, used = agents.get(name), use.by_agent.get(name, Usage())
        if found is not None and found.cap.any:
            left = {unit: None for unit in UNITS if getattr(use.own, unit) is not None}
            yield Cap(scope="agent", limit=replace(_times(found.cap, times), **left), used=used, agent=name)


def while_at_work(use: TaskUse, present: tuple[Present, ...], now: int) -> TaskUse:
    """The same with the run time of those who work on the task now; a wait for an answer is none."""
    agents = dict(use.by_agent)
    total = 0
    for one in present:
        if one.session.ended_at is None and one.session.started_at is not None:
            ran = max(0, now - max(one.session.started_at, one.session.created_at) - one.waited) // 1000
            of = agents.get(one.session.agent, Usage())
            agents[one.session.agent] = replace(of, seconds=of.seconds + ran)
            total += ran
    return replace(use, used=replace(use.used, seconds=use.used.seconds + total), by_agent=agents)


def tokens_left(view: ProjectView, task_id: int, agent: str) -> int | None:
    """How many tokens a session on the task may use before it is at a cap of it, or of its project; None for any."""
    caps = [each for each in wide_caps(view, Snapshot(projects=(view,))) if each.scope != "day"]
    if (use := view.tasks_used.get(task_id)) is not None:
        caps += caps_of_task(view.budgets.task, {each.id: each for each in view.agents}, use, agent)
    left = [max(0, cap.limit.tokens - cap.used.tokens) for cap in caps if cap.limit.tokens is not None]
    return min(left, default=None)


def told(spent: Spent) -> str:
    """The same in words: whose, and how much of it."""
    used, limit, unit = _amounts(spent)
    if spent.agent:
        return f"at its cap: {used} of {limit} {unit} by {spent.agent}"
    if spent.scope == "task":
        return f"at its cap: {used} of {limit} {unit}"
    return f"{_WHOSE[spent.scope]} is used up: {used} of {limit} {unit}"


def nearly(spent: Spent) -> str:
    """That not much is left of it."""
    used, limit, unit = _amounts(spent)
    if spent.agent:
        return f"its cap is nearly used up: {used} of {limit} {unit} by {spent.agent}"
    return f"{_WHOSE.get(spent.scope, 'its cap')} is nearly used up: {used} of {limit} {unit}"


def used_of(parts: list[Usage]) -> Usage:
    """All of them together."""
    return Usage(
        sessions=sum(p.sessions for p in parts), tokens=sum(p.tokens for p in parts), cost=sum(p.cost for p in parts)
    )


_WHOSE = {
    "project": "the project's budget",
    "project_day": "the project's budget for today",
    "day": "the home's budget for today",
}


def _amounts(spent: Spent) -> tuple[str, str, str]:
    if spent.unit == "cost":
        return f"{spent.used:,.2f}", f"{spent.limit:,.2f}", "US dollars"
    return f"{spent.used:,.0f}", f"{spent.limit:,.0f}", spent.unit


def _times(limit: Limit, times: int) -> Limit:
    if times == 1:
        return limit
    return Limit(**{unit: None if (most := getattr(limit, unit)) is None else most * times for unit in UNITS})


def _over(limit: Limit, own: Limit) -> Limit:
    """`limit` with what is set in `own` in its place."""
    given = {unit: most for unit in UNITS if (most := getattr(own, unit)) is not None}
    return replace(limit, **given) if given else limit
