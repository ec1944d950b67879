"""Owns how an experience is recorded: what was learnt, for later tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from console.blackboard.writes.experiences import record_experience
from console.commands.context import Context
from console.commands.text import Line, Prose, names

__all__ = ("Learn", "Learnt", "learn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learn:
    """What was learnt, and where it applies."""

    title: Line
    body: Prose
    tags: tuple[str, ...] = ()
    task: int | None = None


class Learnt(NamedTuple):
    """What was recorded; the same once more gives the same."""

    number: int
    tags: tuple[str, ...]


def learn(context: Context, asked: Learn) -> Learnt:
    """Record it. Raises UsageError, NotFound, StaleFence."""
    tags = names(asked.tags, "tag")
    number = record_experience(
        context.db,
        title=asked.title,
        body=asked.body,
        tags=tags,
        task_id=asked.task,
        fence=context.fence,
        by=context.by,
        now=context.now,
    )
    return Learnt(number, tags)
