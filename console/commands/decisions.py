"""Owns what can be said to have been decided, for everyone who comes later."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.writes import notes as writes
from console.commands.context import Context
from console.commands.text import Line, Prose
from console.records.note import Decision

__all__ = ("Decide", "decide")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """What was decided, and why, for everyone who comes later."""

    title: Line
    reason: Prose = Prose()
    task: int | None = None


def decide(context: Context, asked: Decide) -> Decision:
    """Record it. Raises UsageError where it is empty or too long, NotFound, StaleFence."""
    return writes.add_decision(
        context.db,
        asked.title,
        reason=asked.reason,
        task_id=asked.task,
        fence=context.fence,
        by=context.by,
        now=context.now,
    )
