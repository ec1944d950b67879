"""Owns the daily report's matter: what happened in a project since the last one, what it cost, and what waits."""

from __future__ import annotations

from dataclasses import dataclass

from console.records.need import Need
from console.records.project import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task that the report names."""

    id: int
    title: str
    note: str = ""
    """Who did it, or why it failed."""
    deadline: int | None = None
    """Epoch ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one agent used."""

    agent: str
    sessions: int = 0
    tokens: int = 0
    cost: float = 0.0
    """US dollars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """One project between two instants."""

    project: str
    since: int
    until: int
    """Epoch ms; what happened after `since` up to `until`."""
    done: tuple[TaskLine, ...] = ()
    failed: tuple[TaskLine, ...] = ()
    lost_attempts: int = 0
    """Sessions that failed, ran out of time or were lost."""
    spent: tuple[Spent, ...] = ()
    """The dearest first."""
    needs: tuple[Need, ...] = ()
    overdue: tuple[TaskLine, ...] = ()
    tally: Tally
    blocked: int = 0
    """Pending tasks that wait for others."""
    experiences: tuple[str, ...] = ()
    """Titles of those that were recorded."""
    skills: tuple[str, ...] = ()
    """Those that were distilled, with their version."""
    mark: int = 0
    """The place in the change feed at which the next report goes on."""

    @property
    def total(self) -> Spent:
        """All agents together."""
        return Spent(
            agent="",
            sessions=sum(one.sessions for one in self.spent),
            tokens=sum(one.tokens for one in self.spent),
            cost=sum(one.cost for one in self.spent),
        )
