"""Owns what can be said to have been noticed: an observation, or with a cause an alert, which ends or is acknowledged."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.writes import notes as writes
from console.commands.context import Context
from console.commands.text import Prose
from console.records.alert import Level, Observation

__all__ = ("Observe", "acknowledge", "end_alert", "observe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observe:
    """Something noticed; with a cause it is an alert, of which one is open at a time."""

    text: Prose
    level: Level = Level.ROUTINE
    task: int | None = None
    cause: str | None = None


def observe(context: Context, asked: Observe) -> Observation | None:
    """Record it; None where an alert of its cause is open already.

    Raises UsageError where it is empty or too long, NotFound, StaleFence.
    """
    if asked.task is not None:
        from console.blackboard.reads.tasks import get_task

        get_task(context.db, asked.task)
    return writes.observe(
        context.db,
        asked.text,
        level=asked.level,
        cause=asked.cause,
        task_id=asked.task,
        fence=context.fence,
        by=context.by,
        now=context.now,
    )


def end_alert(context: Context, cause: str) -> bool:
    """The cause of an alert went away; False where none of this cause was open."""
    return writes.end_alert(context.db, cause, now=context.now)


def acknowledge(context: Context, alert: int) -> Observation:
    """Note that an alert was seen; twice is fine. Raises NotFound."""
    return writes.acknowledge(context.db, alert, by=context.by, now=context.now)
