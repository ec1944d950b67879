"""Owns what can be asked about the caps of a task: to raise them, so that it goes on, or to set them.

What it has used, and what that means for whoever works on it, is the scheduler's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.usage import used_by_tasks
from console.blackboard.writes.caps import raise_cap as write
from console.commands.context import Context
from console.errors import UsageError
from console.records.budget import Limit
from console.records.task import Task
from console.scheduler.caps import NEARLY, UNITS, Cap, caps_of_task

__all__ = ("MOST", "Raised", "RaiseCap", "checked", "raise_cap", "set_cap")

MOST = {"tokens": 10**15, "cost": 10**9, "sessions": 10**9, "seconds": 365 * 86_400}


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseCap:
    """How much more a task may use, counted from its cap, or from what it has used where that is beyond it.

    Nothing named means as much again, of whatever is used up; where nothing is, of all that has a limit.
    """

    task: int
    tokens: int | None = None
    cost: float | None = None
    """US dollars."""
    sessions: int | None = None
    seconds: int | None = None
    """Of run time."""


class Raised(NamedTuple):
    """What came of it."""

    task: Task
    to: str
    """What it may use now, of what was raised: `4,800 tokens`."""


def raise_cap(context: Context, asked: RaiseCap) -> Raised:
    """Raise the caps of a task; where it is held at one, it goes on.

    Raises UsageError where it has none that could be raised so, Conflict where it has ended.
    """
    more = _checked({unit: getattr(asked, unit) for unit in UNITS if getattr(asked, unit) is not None})
    caps = _caps(context, get_task(context.db, asked.task).id)
    limits = {unit: limit for unit in UNITS if (limit := _tightest(caps, unit)) is not None}
    for unit in more:
        if unit not in limits:
            raise UsageError(f"task #{asked.task} has no cap of {unit}; {_has(limits)}")
    wanted = more or {unit: limits[unit][1] for unit in _due(caps, limits)}
    if not wanted:
        raise UsageError(
            f"task #{asked.task} has no cap of its own; a budget of its project, or of a day, is raised in guardrails.yaml"
        )
    used = caps[0].used
    new: dict[str, Any] = {unit: limit for unit, (limit, _) in limits.items()}
    for unit, amount in wanted.items():
        new[unit] = min(MOST[unit], max(limits[unit][0], getattr(used, unit)) + amount)
    to = ", ".join(amount_of(unit, new[unit]) for unit in wanted)
    why = f"raised to {to}"
    task = write(context.db, asked.task, Limit(**new), raised_at=used, reason=why, by=context.by, now=context.now)
    return Raised(task, to)


def set_cap(context: Context, task: int, cap: Limit) -> Task:
    """Give a task these caps in place of all its own; none takes them away. Raises Conflict where it has ended."""
    why = f"its cap is {said(cap)}" if cap.any else "it has no cap of its own"
    return write(context.db, task, checked(cap), reason=why, by=context.by, now=context.now)


def checked(cap: Limit) -> Limit:
    """The same. Raises UsageError for what is no amount."""
    _checked({unit: most for unit in UNITS if (most := getattr(cap, unit)) is not None})
    return cap


def said(cap: Limit) -> str:
    """In words: `700 tokens, 9.00 US dollars`."""
    return ", ".join(amount_of(unit, most) for unit in UNITS if (most := getattr(cap, unit)) is not None)


def _checked(amounts: dict[str, Any]) -> dict[str, Any]:
    for unit, amount in amounts.items():
        if not math.isfinite(amount) or not 0 < amount <= MOST[unit]:
            raise UsageError(f"{unit}: expected more than 0 and at most {MOST[unit]:,}, found {amount}")
    return amounts


def _caps(context: Context, task_id: int) -> list[Cap]:
    """Of the task itself, first, and of its agents on it."""
    use = used_by_tasks(context.db, [task_id]).get(task_id)
    if use is None:
        raise UsageError(f"task #{task_id} has ended; `moziplus task retry {task_id}` brings it back")
    agents = {agent.id: agent for agent in context.team.settings().agents}
    return list(caps_of_task(context.team.budgets().task, agents, use))


def _tightest(caps: list[Cap], unit: str) -> tuple[float, float] | None:
    """The lowest limit, and how much it is raised by where nobody says."""
    found = [getattr(cap.limit, unit) for cap in caps if getattr(cap.limit, unit) is not None]
    return (min(found), max(1, min(found))) if found else None


def _due(caps: list[Cap], limits: dict[str, tuple[float, float]]) -> list[str]:
    """What is used up, else what nearly is, else all."""

    def beyond(part: float) -> Iterator[str]:
        for unit in limits:
            pairs = ((getattr(cap.used, unit), cap.part(unit, part)) for cap in caps)
            if any(most is not None and used >= most - 1e-9 for used, most in pairs):
                yield unit

    return [*beyond(1.0)] or [*beyond(NEARLY)] or [*limits]


def _has(limits: dict[str, tuple[float, float]]) -> str:
    return f"it has caps of {', '.join(limits)}" if limits else "it has no cap of its own"


def amount_of(unit: str, most: float) -> str:
    return f"{most:,.2f} US dollars" if unit == "cost" else f"{most:,.0f} {unit}"
