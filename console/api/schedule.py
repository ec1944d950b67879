"""Owns the schedule as it leaves the house: work that comes again, and what its tasks are made of."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from console.api.shape import Shape
from console.records.schedule import Misfire, Overlap, ScheduleKind

__all__ = ("Made", "Schedule", "ScheduleDone")


class Made(Shape, frozen=True, kw_only=True):
    """What the tasks of a schedule are made of; `{date}` stands for the day of the run."""

    title: str
    """What is to be done."""
    body: str
    """All that is needed to do it."""
    assignee: str | None
    """The agent that is to do it."""
    role: str | None
    """The role whose agents may."""
    needs: tuple[str, ...]
    """Capabilities that the agent must have."""
    tags: tuple[str, ...]
    """Words to find them by."""
    priority: int
    """0 (most urgent) to 4."""
    reviews: tuple[str, ...]
    """The protocols by which it is judged."""
    parent: int | None
    """The task that each is a part of."""
    expect: tuple[str, ...]
    """Outputs that a submit must have."""
    due_in_seconds: int | None
    """From the moment of the run to its deadline."""


class Schedule(Shape, frozen=True, kw_only=True, rename={"except_": "except"}):
    """A schedule."""

    project: str
    """Its project's id."""
    id: int
    """Unique in its project."""
    name: str
    """Unique in its project."""
    kind: ScheduleKind
    """What its moments go by."""
    at_time: str | None
    """HH:MM, of a daily one."""
    every_seconds: int | None
    """Of an interval."""
    cron: str | None
    """Its calendar."""
    zone: str | None
    """Of its calendar; null for that of the machine that schedules."""
    except_: tuple[str, ...]
    """Days on which it does not come."""
    when: str
    """The same in words."""
    misfire: Misfire
    """What follows when moments passed while nobody could act."""
    overlap: Overlap
    """What follows when its last task may still be worked on."""
    enabled: bool
    """It comes."""
    next_at: str | None
    """UTC, ISO 8601."""
    next: str | None
    """The same in this machine's time."""
    last_at: str | None
    """The last moment that came or was passed over: UTC, ISO 8601."""
    runs: int
    """How often it came."""
    missed: int
    """Moments that made no task of their own."""
    open_task: int | None
    """Its newest task, while an agent may still be at it."""
    report: bool
    """Its tasks are daily reports, which the scheduler writes itself."""
    language: str | None
    """Of the report."""
    task: Made | None
    """What its tasks are made of; null where a bare shell has spoilt that."""


class ScheduleDone(Schedule, frozen=True, kw_only=True, rename={"except_": "except"}):
    """A schedule after it was made."""

    notes: tuple[str, ...] | UnsetType = UNSET
    """What keeps its work from being started now."""
