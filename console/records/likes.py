"""Owns what tasks like one took before it, and which count as like it. Pure: it reads no clock and no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

__all__ = ("LEAST", "Like", "LikeBy", "Likely", "likely")

LEAST = 3
"""Of fewer nothing is told."""


class LikeBy(StrEnum):
    """By what they are alike, the closest first."""

    AGENT_AND_TAGS = "agent_and_tags"
    TAGS = "tags"
    AGENT = "agent"
    ROLE = "role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """One that is done."""

    busy_ms: int
    """For how long its own sessions ran, without those of its reviews."""
    cost: float
    """US dollars, with its reviews, as reported."""
    tagged: bool
    """It has a tag of the task that is asked about."""
    same_agent: bool
    """The agent that alone may do that task worked on it."""
    same_role: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """The median of those that are alike."""

    by: LikeBy
    tasks: int
    """On how many it rests."""
    busy_ms: int
    cost: float


def likely(done: Iterable[Like]) -> Likely | None:
    """What the closest took of which there are enough; None where there are not."""
    rows = tuple(done)
    groups = {
        LikeBy.AGENT_AND_TAGS: [row for row in rows if row.tagged and row.same_agent],
        LikeBy.TAGS: [row for row in rows if row.tagged],
        LikeBy.AGENT: [row for row in rows if row.same_agent],
        LikeBy.ROLE: [row for row in rows if row.same_role],
    }
    for by, found in groups.items():
        if len(found) >= LEAST:
            busy, cost = median(row.busy_ms for row in found), median(row.cost for row in found)
            return Likely(by=by, tasks=len(found), busy_ms=round(busy), cost=cost)
    return None
