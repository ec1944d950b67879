"""Owns what an agent has done in some days, as it leaves the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape

if TYPE_CHECKING:
    from console.records.agent_stats import AgentStats as Record

__all__ = ("AgentStats",)


class AgentStats(Shape, frozen=True, kw_only=True):
    """One agent, over the days that were asked for."""

    agent: str
    """Its id."""
    projects: tuple[str, ...]
    """In which it did anything."""
    days: int
    """How many days, today among them."""
    load: int
    """Sessions of it that hold a slot now."""
    waiting: int
    """What it waits for the operator's answer to now."""
    runs: int
    """Sessions begun in these days, reviews too."""
    runs_by_day: tuple[int, ...]
    """The same by day, the oldest first."""
    reviews: int
    """Of all runs, those on a review seat."""
    first_tries: int
    """Ended sessions that were the first at their work; without reviews, and without those that somebody stopped."""
    first_try_share: float | None
    """Of these, how many succeeded, 0 to 1; null where there were none."""
    minutes: float
    """For how long its sessions ran."""
    waited_minutes: float
    """For how long it waited for a person's answers."""
    tokens: int
    """As reported."""
    cost: float
    """US dollars, as reported."""

    @classmethod
    def of(cls, found: Record, days: int, projects: tuple[str, ...]) -> AgentStats:
        """Of the record."""
        return cls(
            agent=found.agent,
            projects=projects,
            days=days,
            load=found.load,
            waiting=found.waiting,
            runs=found.began,
            runs_by_day=found.runs or (0,) * days,
            reviews=found.reviews,
            first_tries=found.first_tries,
            first_try_share=None if found.first_try is None else round(found.first_try, 4),
            minutes=round(found.busy_ms / 60_000, 1),
            waited_minutes=round(found.waited_ms / 60_000, 1),
            tokens=found.tokens,
            cost=round(found.cost, 6),
        )
