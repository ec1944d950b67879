"""Owns the plan: the tasks that a goal is divided into, with what each waits for and is expected to leave. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.records.agent import Agent
from console.records.budget import Budgets, Usage
from console.records.task import DEFAULT_REVIEWS, OnFailure

__all__ = ("PLAN", "Plan", "Planned", "World")

PLAN = "outputs/plan.yaml"
"""Where a planning task hands in its plan, in the task's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One task of a plan; fields as in records.task.Task."""

    key: str
    """Its name inside the plan."""
    title: str
    body: str = ""
    after: tuple[str, ...] = ()
    """Keys of the tasks that must be done first."""
    priority: int = 2
    assignee: str | None = None
    role: str | None = None
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reviews: tuple[str, ...] = DEFAULT_REVIEWS
    expect: tuple[str, ...] = ()
    on_failure: OnFailure = OnFailure.ASK
    undo: str | None = None
    deadline: int | None = None
    """Epoch ms."""
    estimate: Usage = field(default_factory=Usage)
    """What it may use, with its reviews; zeros where the plan says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A goal and its tasks, in the order in which they were written."""

    goal: str
    tasks: tuple[Planned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a plan must fit into: the project as it is now."""

    agents: tuple[Agent, ...]
    protocols: tuple[str, ...]
    """Names of review protocols."""
    budgets: Budgets = field(default_factory=Budgets)
    used: Usage = field(default_factory=Usage)
    """Of the project, up to now."""
