"""Owns what can be said of a task or its review: a comment."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.connection import write
from console.blackboard.writes import notes as writes
from console.commands.context import Context
from console.commands.text import Prose
from console.errors import UsageError
from console.records.ask import BY_COMMENT
from console.records.note import Comment, CommentType
from console.text import cut

__all__ = ("Say", "say")

ASKED_MAX = 20_000
"""Characters of a question that are asked of the operator; the comment has all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A comment."""

    task: int | None = None
    """May be left out where the review is named."""
    text: Prose
    kind: CommentType = CommentType.COMMENT
    review: int | None = None


def say(context: Context, asked: Say) -> Comment:
    """Add it; a question of an agent at work is asked of the operator, too.

    Raises UsageError where it is empty or too long, NotFound, StaleFence where the claim has ended.
    """
    task = asked.task
    if asked.review is not None:
        from console.blackboard.reads.reviews import get_review

        task = get_review(context.db, asked.review).task_id if task is None else task
    if task is None:
        raise UsageError("say what the comment is about: a task or a review")
    with write(context.db):
        said = writes.add_comment(
            context.db,
            task,
            asked.text,
            comment_type=asked.kind,
            review_id=asked.review,
            fence=context.fence,
            by=context.by,
            now=context.now,
        )
        if asked.kind == CommentType.QUESTION and context.by.session is not None:
            from console.commands import asks

            text = Prose(cut(asked.text, ASKED_MAX))
            asks.ask(context, asks.Question(task=task, text=text, source=BY_COMMENT))
    return said
