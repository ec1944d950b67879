"""Owns the budget: how much may be used of tokens, money, time and sessions, and what has been used of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was used."""

    sessions: int = 0
    tokens: int = 0
    cost: float = 0.0
    """US dollars."""
    seconds: int = 0
    """Of run time; counted for single tasks only."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            sessions=self.sessions + other.sessions,
            tokens=self.tokens + other.tokens,
            cost=self.cost + other.cost,
            seconds=self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that may be used; None is no limit."""

    sessions: int | None = None
    tokens: int | None = None
    cost: float | None = None
    """US dollars."""
    seconds: int | None = None
    """Of run time; only a task, and an agent on it, has such a limit."""

    @property
    def any(self) -> bool:
        """Whether it limits anything."""
        return (self.sessions, self.tokens, self.cost, self.seconds) != (None, None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUse:
    """What one task has used of its own budget."""

    used: Usage = field(default_factory=Usage)
    releases: int = 0
    """How often the operator let it go on in spite of its budget: each time it got the same amount once more."""
    own: Limit = field(default_factory=Limit)
    """Caps of its own, as it was made with or as they were raised: each unit in place of all others."""
    raised_at: Usage = field(default_factory=Usage)
    """What it had used when the operator raised them last: only what came after that brings their warning."""
    by_agent: Mapping[str, Usage] = field(default_factory=dict)
    """What each agent's sessions have used of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """The limits of a project."""

    task: Limit = field(default_factory=Limit)
    """Of each task with all its sessions, reviewers' too."""
    project: Limit = field(default_factory=Limit)
    """Of the project, for ever."""
    project_day: Limit = field(default_factory=Limit)
    """Of the project, from one local midnight to the next."""
    day: Limit = field(default_factory=Limit)
    """Of the whole home, from one local midnight to the next."""
