"""Owns what a verdict of the operator's leads to, in a sentence: who goes on, what starts, what fails. It writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.i18n import _, ngettext
from console.records.review import PLAN_REVIEW, Review, ReviewStatus, Verdict
from console.records.task import Task, TaskStatus
from console.text import one_line

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("leading",)

NAMED = 3
"""Tasks that are named; others are counted."""


def leading(db: Database, review_id: int, verdict: Verdict) -> str:
    """What follows at once. Raises NotFound."""
    from console.blackboard.reads.reviews import get_review, reviews_of
    from console.blackboard.reads.tasks import dependents, get_task

    review = get_review(db, review_id)
    task = get_task(db, review.task_id)
    behind = [one for one in dependents(db, task.id) if one.status in (TaskStatus.PENDING, TaskStatus.HELD)]
    match verdict:
        case Verdict.REQUEST_CHANGES:
            return _changes(review, task)
        case Verdict.REJECT:
            waits = _named(behind)
            return _("#{task} fails").format(task=task.id) + (
                _("; {tasks} wait for it").format(tasks=waits) if waits else ""
            )
        case _:
            return _approved(review, task, reviews_of(db, task.id), behind)


def _changes(review: Review, task: Task) -> str:
    if review.protocol == PLAN_REVIEW:
        return _("#{task} waits until you have changed its text").format(task=task.id)
    said = _("back to {author}, then round {n} begins").format(author=review.author or "?", n=review.round + 1)
    if review.max_rounds is not None:
        said += " " + _("({n} of {max} are used)").format(n=review.round, max=review.max_rounds)
    return said


def _approved(review: Review, task: Task, reviews: tuple[Review, ...], behind: list[Task]) -> str:
    if review.protocol == PLAN_REVIEW:
        return _("#{task} may start").format(task=task.id)
    done = {one.protocol for one in reviews if one.status == ReviewStatus.APPROVED} | {review.protocol}
    following = next((name for name in task.reviews if name not in done and name != PLAN_REVIEW), None)
    if following is not None and review.protocol in task.reviews:
        return _("then {protocol} begins").format(protocol=following)
    said = _("#{task} is done").format(task=task.id)
    starts, waits = [one for one in behind if one.blocked_by == 1], [one for one in behind if one.blocked_by > 1]
    if starts:
        said += "; " + _("may start: {tasks}").format(tasks=_named(starts))
    if waits:
        said += "; " + ngettext("{n} waits for others, too", "{n} wait for others, too", len(waits)).format(
            n=len(waits)
        )
    return said


def _named(tasks: list[Task]) -> str:
    named = [f"#{one.id} {one_line(one.title, 30)}" for one in tasks[:NAMED]]
    if (more := len(tasks) - NAMED) > 0:
        named.append(ngettext("{n} more", "{n} more", more).format(n=more))
    return ", ".join(named)
