"""Owns what a team did day by day, in numbers that can be added up over projects. Pure: days are given, nothing is read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ("DayStats", "Span", "added", "by_day")

Span = tuple[str, int, int]
"""What (queue, you or done), its begin and its end, epoch ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStats:
    """One day."""

    begin: int
    """Epoch ms of its midnight."""
    cost: float = 0.0
    """US dollars, as reported that day."""
    tokens: int = 0
    done: int = 0
    """Tasks that were done that day."""
    queue_ms: int = 0
    """For how long tasks waited to be taken up, all of them together."""
    you_ms: int = 0
    """For how long tasks waited for the operator: held, a question, a review that came to them."""
    known: bool = True
    """The feed reaches back to its midnight: else less is counted than there was, but for cost and tokens."""


def by_day(
    bounds: Sequence[int], spans: Iterable[Span], used: Iterable[tuple[int, int, float]], reaches: int
) -> tuple[DayStats, ...]:
    """A record for each day between two of `bounds`; `used` is (when, tokens, cost), `reaches` how far back the feed goes."""
    days = len(bounds) - 1
    sums: dict[str, list[int]] = {what: [0] * days for what in ("queue", "you", "done")}
    tokens, cost = [0] * days, [0.0] * days
    for what, begin, end in spans:
        first = max(bisect_right(bounds, begin) - 1, 0)
        if what == "done":
            if bounds[0] <= begin < bounds[-1]:
                sums[what][first] += 1
            continue
        for n in range(first, days):
            if bounds[n] >= end:
                break
            sums[what][n] += max(min(end, bounds[n + 1]) - max(begin, bounds[n]), 0)
    for at, amount, dollars in used:
        if bounds[0] <= at < bounds[-1]:
            n = bisect_right(bounds, at) - 1
            tokens[n] += amount
            cost[n] += dollars
    return tuple(
        DayStats(
            begin=bounds[n],
            cost=cost[n],
            tokens=tokens[n],
            done=sums["done"][n],
            queue_ms=sums["queue"][n],
            you_ms=sums["you"][n],
            known=reaches <= bounds[n],
        )
        for n in range(days)
    )


def added(one: Sequence[DayStats], other: Sequence[DayStats]) -> tuple[DayStats, ...]:
    """The same days of two projects."""
    return tuple(
        DayStats(
            begin=a.begin,
            cost=a.cost + b.cost,
            tokens=a.tokens + b.tokens,
            done=a.done + b.done,
            queue_ms=a.queue_ms + b.queue_ms,
            you_ms=a.you_ms + b.you_ms,
            known=a.known and b.known,
        )
        for a, b in zip(one, other, strict=True)
    )
