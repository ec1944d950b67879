"""Owns what can be said: a comment on a task or its review, a decision, an observation, an alert and its end."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.writes import notes as writes
from console.commands.context import Context
from console.commands.text import Line, Prose
from console.errors import UsageError
from console.records.alert import Level, Observation
from console.records.note import Comment, CommentType, Decision

__all__ = (
    "Acknowledge",
    "Decide",
    "EndAlert",
    "Observe",
    "Say",
    "acknowledge",
    "decide",
    "end_alert",
    "observe",
    "say",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A comment."""

    task: int | None = None
    """May be left out where the review is named."""
    text: Prose
    kind: CommentType = CommentType.COMMENT
    review: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """What was decided, and why, for everyone who comes later."""

    title: Line
    reason: Prose = Prose()
    task: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observe:
    """Something noticed; with a cause it is an alert, of which one is open at a time."""

    text: Prose
    level: Level = Level.ROUTINE
    task: int | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAlert:
    """The cause of an alert went away."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """An alert was seen."""

    alert: int


def say(context: Context, asked: Say) -> Comment:
    """Add it. Raises UsageError where it is empty or too long, NotFound, StaleFence where the claim has ended."""
    task = asked.task
    if asked.review is not None:
        from console.blackboard.reads.reviews import get_review

        task = get_review(context.db, asked.review).task_id if task is None else task
    if task is None:
        raise UsageError("say what the comment is about: a task or a review")
    return writes.add_comment(
        context.db,
        task,
        asked.text,
        comment_type=asked.kind,
        review_id=asked.review,
        fence=context.fence,
        by=context.by,
        now=context.now,
    )


def decide(context: Context, asked: Decide) -> Decision:
    """Record it. Raises as `say` does."""
    return writes.add_decision(
        context.db,
        asked.title,
        reason=asked.reason,
        task_id=asked.task,
        fence=context.fence,
        by=context.by,
        now=context.now,
    )


def observe(context: Context, asked: Observe) -> Observation | None:
    """Record it; None where an alert of its cause is open already. Raises as `say` does."""
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


def end_alert(context: Context, asked: EndAlert) -> bool:
    """End it; False where none of this cause was open."""
    return writes.end_alert(context.db, asked.cause, now=context.now)


def acknowledge(context: Context, asked: Acknowledge) -> Observation:
    """Note that it was seen; twice is fine. Raises NotFound."""
    return writes.acknowledge(context.db, asked.alert, by=context.by, now=context.now)
