"""Owns the schedule: work that comes again at a time of each day, by a calendar, or every so many seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from console.records.rows import from_row


class ScheduleKind(StrEnum):
    """What its moments go by."""

    DAILY = "daily"
    """The local time of day of the machine that schedules."""
    INTERVAL = "interval"
    """A fixed number of seconds from moment to moment; also written `intraday`."""
    CRON = "cron"
    """A cron expression in a time zone. Stored as a `daily` one without a time, which an older moziplus leaves alone."""

    @classmethod
    def _missing_(cls, value: object) -> ScheduleKind | None:
        return cls.INTERVAL if value == "intraday" else None


class Misfire(StrEnum):
    """What follows when moments passed while nobody could act on them."""

    ONCE = "once"
    """One run makes up for all of them."""
    SKIP = "skip"
    """None does; the next moment is the next run."""


class Overlap(StrEnum):
    """What follows when a moment comes while an agent may still be at the schedule's last task."""

    SKIP = "skip"
    """No task is made; the moment counts as missed."""
    QUEUE = "queue"
    """The task is made all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule of a project."""

    id: int
    name: str
    """Unique in its project."""
    kind: ScheduleKind
    at_time: str | None = None
    """`HH:MM`, local; of `daily`."""
    every: int | None = None
    """Seconds; of `interval`."""
    cron: str | None = None
    """Minute, hour, day of the month, month, weekday; of `cron`."""
    zone: str | None = None
    """Name of its time zone; None is that of the machine that schedules. Of `cron`."""
    skips: str = ""
    """Days on which it does not come, as `2026-10-01`, between blanks. Of `cron`."""
    misfire: Misfire = Misfire.ONCE
    overlap: Overlap = Overlap.SKIP
    template: str = "{}"
    """What its tasks are made of, as JSON; read only where one is made."""
    next_at: int
    """Epoch ms of the next moment. Every other moment of an interval lies a multiple of `every` from it."""
    last_at: int | None = None
    """Epoch ms of the last moment that came or was passed over."""
    enabled: bool = True
    runs: int = 0
    missed: int = 0
    """Moments that made no task of their own."""
    open_task: int | None = None
    """Its newest task that an agent may still be at; known where the scheduler reads it."""
    updated_at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Schedule:
        """From a row of `schedules`."""
        found = from_row(cls, row, kind=ScheduleKind, misfire=Misfire, overlap=Overlap, enabled=bool)
        return found if found.cron is None else replace(found, kind=ScheduleKind.CRON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What the tasks of a schedule are made of; fields as in records.task.Task. `{date}` stands for the day of the run."""

    title: str
    body: str = ""
    assignee: str | None = None
    role: str | None = None
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    priority: int = 2
    reviews: tuple[str, ...] = ()
    parent: int | None = None
    expect: tuple[str, ...] = ()
    due_in: int | None = None
    """Seconds from the moment of the run to the deadline of its task."""
    report: bool = False
    """Its tasks are daily reports, which the scheduler writes itself."""
    language: str = "en"
    """Of the report."""
