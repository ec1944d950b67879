"""Owns what of a world is left to be seen where some of what needs the operator sleeps. Pure: it reads and keeps nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from console.records.snooze import Snooze, asleep
from widgets.models import NeedRow, ProjectRow, ReviewRow

__all__ = ("Seen", "seen")

Sleeper = tuple[NeedRow, Snooze]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is to be seen, and what sleeps."""

    needs: tuple[NeedRow, ...]
    snoozed: tuple[Sleeper, ...]
    projects: tuple[ProjectRow, ...]
    reviews: tuple[ReviewRow, ...]


def seen(
    needs: Sequence[NeedRow],
    projects: Iterable[ProjectRow],
    reviews: Iterable[ReviewRow],
    snoozes: Sequence[Snooze],
    now: int,
) -> Seen:
    """The same everywhere: in the list of needs, in the count of a project, among the reviews that wait."""
    found = [(row, asleep(row.need, snoozes, now)) for row in needs] if snoozes else [(row, None) for row in needs]
    sleepers = tuple((row, snooze) for row, snooze in found if snooze is not None)
    if sleepers:
        fewer = Counter(row.need.project for row, _snooze in sleepers)
        quiet = {(row.need.project, row.need.review_id) for row, _snooze in sleepers if row.need.review_id is not None}
        projects = [replace(row, needs=row.needs - fewer[row.id]) for row in projects]
        reviews = [replace(r, needs_me=False) if (r.project, r.review.id) in quiet else r for r in reviews]
    awake = tuple(row for row, snooze in found if snooze is None)
    return Seen(needs=awake, snoozed=sleepers, projects=tuple(projects), reviews=tuple(reviews))
