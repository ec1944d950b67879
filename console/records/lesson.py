"""Owns the lesson: what the way of a task to its end has taught, as far as the blackboard knows it. Facts, no words."""

from __future__ import annotations

from dataclasses import dataclass

from console.records.note import Decision
from console.records.review import Submission, VerdictGiven
from console.records.session import Session
from console.records.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    """Changes that were requested, and what came of them."""

    asked: tuple[VerdictGiven, ...]
    """The verdicts of one round that asked for changes."""
    answer: Submission
    """Of the next round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """How a task came to its end."""

    task: Task
    author: str
    """Who did it in the end."""
    summary: str = ""
    """Of the work that was taken."""
    failed: tuple[Session, ...] = ()
    """Attempts before it that failed and counted, oldest first."""
    reworks: tuple[Rework, ...] = ()
    decisions: tuple[Decision, ...] = ()
    """Recorded by those who worked on it."""

    @property
    def teaches(self) -> bool:
        """Whether there is anything to remember: a task that went smoothly teaches nothing."""
        return bool(self.failed or self.reworks or self.decisions)
