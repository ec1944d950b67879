"""Owns what is told of a task that somebody asks about: why it is not running, and what an agent would be sent for it."""

from __future__ import annotations

from console.api.shape import Shape
from console.records.likes import LikeBy, Likely
from console.records.task import TaskStatus

__all__ = ("Ahead", "Before", "Explained", "Part", "Prompt")


class Ahead(Shape, frozen=True, kw_only=True):
    """A ready task that goes before."""

    task: int
    """Its number."""
    why: str
    """What puts it there."""


class Before(Shape, frozen=True, kw_only=True):
    """What tasks like it took before."""

    by: LikeBy
    """What is like it about them, the closest of which there are three."""
    tasks: int
    """How many they are."""
    minutes: float
    """The median of the time for which their own sessions ran."""
    cost: float
    """The median in US dollars, with reviews, as reported."""

    @classmethod
    def of(cls, found: Likely) -> Before:
        """Of the record."""
        return cls(by=found.by, tasks=found.tasks, minutes=round(found.busy_ms / 60_000, 1), cost=round(found.cost, 6))


class Explained(Shape, frozen=True, kw_only=True):
    """Why a task is not running."""

    project: str
    """Its project's id."""
    task: int
    """Its number."""
    status: TaskStatus
    """Where it stands."""
    why: str
    """For programs, as not_ready or no_agent."""
    sentence: str
    """The same in words."""
    advice: str
    """What can be done about it."""
    policy: str
    """By which ready tasks are ordered."""
    position: int | None
    """Its place among the ready ones; null where it is not ready."""
    of: int | None
    """How many are ready."""
    ahead: tuple[Ahead, ...]
    """What goes before it."""
    place: str | None
    """Its place in words."""
    before: Before | None
    """What its like took; null for one that began already, and where fewer than three are done."""


class Part(Shape, frozen=True, kw_only=True):
    """A part of a prompt."""

    name: str
    """As in template_components.yaml."""
    sources: tuple[str, ...]
    """The files that it was made of."""
    characters: int
    """Its length."""
    whole: int
    """Its length before it was cut."""
    cap: int
    """Characters that it may have."""
    cut: str | None
    """What was left out; null for nothing."""


class Prompt(Shape, frozen=True, kw_only=True):
    """What an agent would be sent now."""

    project: str
    """Its project's id."""
    task: int
    """Its number."""
    agent: str
    """Who would get it."""
    text: str
    """All of it."""
    characters: int
    """Its length."""
    total: int
    """Characters that it may have."""
    components: str
    """The file that names the parts and their order."""
    parts: tuple[Part, ...]
    """In their order."""
    skills: tuple[str, ...]
    """What it holds of them, as id@version."""
    experiences: tuple[int, ...]
    """Those that go along."""
