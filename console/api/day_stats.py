"""Owns what a team did on a day, as it leaves the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.days import LOCAL, day_of

if TYPE_CHECKING:
    from console.records.day_stats import DayStats as Record

__all__ = ("DayStats",)


class DayStats(Shape, frozen=True, kw_only=True):
    """One day of all projects that were asked for."""

    day: str
    """As 2026-11-28, by the calendar of this machine."""
    cost: float
    """US dollars, as reported that day."""
    tokens: int
    """As reported that day."""
    done: int
    """Tasks that were done that day."""
    queued_minutes: float
    """For how long tasks waited to be taken up, all of them together."""
    waited_minutes: float
    """For how long tasks waited for the operator: held, a question, a review that came to them; all of them together."""
    known: bool
    """False where the feed does not reach back to this day: less is counted then, but for cost and tokens."""

    @classmethod
    def of(cls, found: Record) -> DayStats:
        """Of the record."""
        return cls(
            day=str(day_of(found.begin, LOCAL)),
            cost=round(found.cost, 6),
            tokens=found.tokens,
            done=found.done,
            queued_minutes=round(found.queue_ms / 60_000, 1),
            waited_minutes=round(found.you_ms / 60_000, 1),
            known=found.known,
        )
