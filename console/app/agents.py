"""Owns the reading of what the agents of all projects do and have done, for a view. It writes nothing.

A project that cannot be read is left out; the world says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.app.shelf import Shelf
from console.blackboard.reads.agent_stats import add_to, agent_stats, began_by_hour
from console.blackboard.reads.calibration import Calibration, calibration
from console.blackboard.reads.day_stats import day_stats, midnights
from console.days import LOCAL, start_of_next_day
from console.errors import MoziError
from console.records.agent_stats import AgentStats
from console.records.day_stats import DayStats, added
from widgets.agents import AgentRow, Judged
from widgets.models import ProjectRow

__all__ = ("MONTH", "WEEK", "agent_rows", "began", "days_of")

WEEK, FORTNIGHT, MONTH = 7, 14, 30


def agent_rows(shelf: Shelf, projects: Iterable[ProjectRow], now: int) -> tuple[AgentRow, ...]:
    """Everybody of a team, or who has done anything this month; who works now first, then who did most this week."""
    until = start_of_next_day(now, LOCAL)
    week: dict[str, AgentStats] = {}
    month: dict[str, AgentStats] = {}
    judged: dict[str, Judged] = {}
    labels: dict[str, tuple[str, str]] = {}
    where: dict[str, list[str]] = {}
    for project in projects:
        for agent, label, role in project.team:
            labels.setdefault(agent, (label, role))
            add_to(week, AgentStats(agent=agent, runs=(0,) * WEEK))
            add_to(month, AgentStats(agent=agent, runs=(0,) * MONTH))
            where.setdefault(agent, []).append(project.id)
        try:
            db = shelf.project(project.id)
            for one in agent_stats(db, days=WEEK, until=until, now=now):
                add_to(week, one)
            for one in agent_stats(db, days=MONTH, until=until, now=now):
                add_to(month, one)
            for record in calibration(db):
                judged[record.reviewer] = _plus(judged.get(record.reviewer, Judged()), record)
        except (MoziError, OSError):
            continue
    found = [
        AgentRow(
            id=agent,
            label=labels.get(agent, (agent, ""))[0],
            role=labels.get(agent, (agent, ""))[1],
            projects=tuple(where.get(agent, ())),
            week=week.get(agent, AgentStats(agent=agent)),
            month=month[agent],
            judged=judged.get(agent, Judged()),
        )
        for agent in {**labels, **month}
    ]
    return tuple(sorted(found, key=lambda row: (-row.month.load, -row.week.began, -row.month.began, row.id)))


def _plus(before: Judged, record: Calibration) -> Judged:
    return Judged(
        given=before.given + record.given,
        confident=before.confident + record.confident,
        overturned=before.overturned + record.overturned,
    )


def began(shelf: Shelf, projects: Iterable[str], hours: int, now: int) -> tuple[int, ...]:
    """How many sessions began in each of the last hours, in all projects."""
    found = [0] * hours
    for project in projects:
        try:
            by_hour = began_by_hour(shelf.project(project), hours=hours, now=now)
            found = [a + b for a, b in zip(found, by_hour, strict=True)]
        except (MoziError, OSError):
            continue
    return tuple(found)


def days_of(shelf: Shelf, projects: Iterable[str], now: int) -> tuple[DayStats, ...]:
    """The last fortnight of all projects, a record a day."""
    bounds, found = midnights(FORTNIGHT, now), tuple[DayStats, ...]()
    for project in projects:
        try:
            one = day_stats(shelf.project(project), bounds, now=now)
        except (MoziError, OSError):
            continue
        found = added(found, one) if found else one
    return found
