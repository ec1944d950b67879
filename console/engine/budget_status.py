"""Owns the budgets in the status: each limit and what is used of it. Only reads; it works without a scheduler in charge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from console.api import status as api
from console.api.status import Budget, Day, Most, ProjectBudgets, ProjectStands, Used
from console.blackboard.connection import Database
from console.blackboard.reads.usage import used, used_since
from console.days import start_of_day
from console.errors import ConfigError
from console.home import Home
from console.records.budget import Limit, Usage
from console.settings.guardrails import load_guardrails

__all__ = ("of_home", "of_project")

_UNITS = ("sessions", "tokens", "cost")


def of_project(home: Home, folder: Path, db: Database, now: int) -> ProjectBudgets | None:
    """Limits and use of a project; None where its guardrails cannot be read."""
    try:
        budgets = load_guardrails(home, folder).guardrails.budgets
    except ConfigError:
        return None
    today = used_since(db, start_of_day(now), now)
    return ProjectBudgets(
        task=Most(limit=_limit(budgets.task)),
        project=_of(budgets.project, used(db)),
        project_day=_of(budgets.project_day, today),
    )


def of_home(home: Home, projects: Mapping[str, ProjectStands], told: list[str]) -> Day | None:
    """The same for the home: what all its projects that can be read used today; what is not known is `told`."""
    try:
        limit = load_guardrails(home, None).guardrails.budgets.day
    except ConfigError as error:
        told.append(str(error))
        return None
    unread = [name for name, found in projects.items() if found.budgets is None]
    if unread and limit.any:
        told.append(f"the home's budget of today does not count what cannot be read: {', '.join(unread)}")
    days = [found.budgets.project_day.used for found in projects.values() if found.budgets is not None]
    return Day(day=_of(limit, Usage(**{unit: sum(getattr(day, unit) for day in days) for unit in _UNITS})))


def _of(limit: Limit, spent: Usage) -> Budget:
    return Budget(limit=_limit(limit), used=Used(sessions=spent.sessions, tokens=spent.tokens, cost=spent.cost))


def _limit(limit: Limit) -> api.Limit:
    return api.Limit(**asdict(limit))
