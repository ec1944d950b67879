"""Owns what became of a task over time: its events, and where its time went. Pure: it reads no clock and no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.records.budget import Usage
from console.records.event import Event
from console.records.task import TaskStatus

__all__ = ("Spent", "Stretch", "TaskHistory", "stretches", "sums")


class Spent(StrEnum):
    """On what time went."""

    WAITED = "waited"
    """For an agent, a date or another task."""
    RAN = "ran"
    REVIEW = "review"
    """Others judged it."""
    YOU = "you"
    """It waited for the operator: held, a question, a review that came to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some time of one kind."""

    spent: Spent
    begin: int
    """Epoch ms."""
    end: int

    @property
    def ms(self) -> int:
        """How long."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHistory:
    """All of one task."""

    events: tuple[Event, ...] = ()
    """The newest, oldest first; without words and usage, of which there is no end."""
    left_out: int = 0
    """How many earlier events there are."""
    stretches: tuple[Stretch, ...] = ()
    used: Usage = Usage()


_KINDS = {
    TaskStatus.PENDING: Spent.WAITED,
    TaskStatus.WORKING: Spent.RAN,
    TaskStatus.REVIEW: Spent.REVIEW,
    TaskStatus.HELD: Spent.YOU,
}


def stretches(
    statuses: Sequence[tuple[int, TaskStatus]], yours: Iterable[tuple[int, int]], now: int
) -> tuple[Stretch, ...]:
    """Where the time from the first of `statuses` (since when, which) went; `yours` are times that waited for the operator.

    A task that ended or failed spends none; a moment that waited for the operator counts as that alone.
    """
    found: list[Stretch] = []
    waiting = _joined(yours)
    for n, (begin, status) in enumerate(statuses):
        end = max(statuses[n + 1][0] if n + 1 < len(statuses) else now, begin)
        if (spent := _KINDS.get(status)) is not None:
            found += _cut(Stretch(spent=spent, begin=begin, end=end), waiting)
    return tuple(_merged(found))


def sums(found: Iterable[Stretch]) -> dict[Spent, int]:
    """Milliseconds of each kind, also of those that there were none of."""
    every = dict.fromkeys(Spent, 0)
    for one in found:
        every[one.spent] += one.ms
    return every


def _joined(times: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same times, none of which overlap, in their order."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(times):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif end > begin:
            found.append((begin, end))
    return found


def _cut(stretch: Stretch, waiting: list[tuple[int, int]]) -> list[Stretch]:
    """A stretch with the parts that waited for the operator as stretches of their own."""
    found: list[Stretch] = []
    at = stretch.begin
    for begin, end in waiting:
        begin, end = max(begin, at), min(end, stretch.end)
        if begin >= end:
            continue
        found.append(Stretch(spent=stretch.spent, begin=at, end=begin))
        found.append(Stretch(spent=Spent.YOU, begin=begin, end=end))
        at = end
    found.append(Stretch(spent=stretch.spent, begin=at, end=stretch.end))
    return [one for one in found if one.ms > 0]


def _merged(found: Iterable[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for one in found:
        if merged and merged[-1].spent == one.spent and merged[-1].end == one.begin:
            merged[-1] = Stretch(spent=one.spent, begin=merged[-1].begin, end=one.end)
        else:
            merged.append(one)
    return merged
