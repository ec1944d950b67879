"""Owns what an agent has done in some days, in numbers that can be added up over projects. It counts nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("AgentStats",)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStats:
    """One agent, in the days that were asked for."""

    agent: str
    load: int = 0
    """Sessions of it that hold a slot now."""
    waiting: int = 0
    """What it waits for the operator's answer to now."""
    runs: tuple[int, ...] = ()
    """Sessions begun on each of these days, the oldest day first; reviews too."""
    reviews: int = 0
    """Of all of these, those on a review seat."""
    first_tries: int = 0
    """Ended sessions of an author that were the first at their work; those that somebody stopped do not count."""
    first_successes: int = 0
    """Of these, those that succeeded."""
    busy_ms: int = 0
    """How long its sessions ran, those still at work until now."""
    waited_ms: int = 0
    """How long it waited for answers of a person."""
    tokens: int = 0
    cost: float = 0.0

    @property
    def began(self) -> int:
        """Sessions in all these days."""
        return sum(self.runs)

    @property
    def first_try(self) -> float | None:
        """The share that succeeds at the first try, 0 to 1; None where nothing was tried."""
        return self.first_successes / self.first_tries if self.first_tries else None

    def plus(self, other: AgentStats) -> AgentStats:
        """The same agent in two projects, over the same days."""
        days = max(len(self.runs), len(other.runs))
        mine, theirs = ((0,) * (days - len(runs)) + runs for runs in (self.runs, other.runs))
        return AgentStats(
            agent=self.agent,
            load=self.load + other.load,
            waiting=self.waiting + other.waiting,
            runs=tuple(a + b for a, b in zip(mine, theirs, strict=True)),
            reviews=self.reviews + other.reviews,
            first_tries=self.first_tries + other.first_tries,
            first_successes=self.first_successes + other.first_successes,
            busy_ms=self.busy_ms + other.busy_ms,
            waited_ms=self.waited_ms + other.waited_ms,
            tokens=self.tokens + other.tokens,
            cost=self.cost + other.cost,
        )
