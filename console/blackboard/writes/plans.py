"""Owns the review of a task's own text: opened before anyone may start on it, opened anew when the text changes.

Never judges the result of the work; those reviews begin with a submit.
"""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.writes.review_rows import (
    hand_in,
    insert_review,
    next_round,
    set_escalated,
    set_settled,
    the_review,
    vacate_seats,
)
from console.blackboard.writes.stamps import STAMP, stamped, the_task
from console.records.actor import OPERATOR, Actor
from console.records.review import PLAN_REVIEW, Review, ReviewStatus
from console.records.task import Task, TaskStatus
from console.reviews.plan_text import told_changes

__all__ = ("ensure_plan", "open_plan_for_operator", "plan_edited", "plan_of")


def plan_of(db: Database, task_id: int) -> Review | None:
    """The newest plan review of the task that is not closed."""
    row = db.execute(
        "SELECT * FROM reviews WHERE task_id = ? AND protocol = ? AND status <> 'closed' ORDER BY id DESC LIMIT 1",
        (task_id, PLAN_REVIEW),
    ).fetchone()
    return None if row is None else Review.from_row(row)


def ensure_plan(db: Database, task: Task, by: Actor, now: int) -> None:
    """Open the plan review that the task asks for and has not, or close the one that it asks for no longer."""
    found = plan_of(db, task.id)
    if PLAN_REVIEW not in task.reviews:
        if found is not None and found.status not in (ReviewStatus.APPROVED, ReviewStatus.REJECTED):
            vacate_seats(db, found.id, by, now)
            set_settled(db, found.id, ReviewStatus.CLOSED, "the task asks for no plan review", None, by, now)
    elif TaskStatus.PENDING in (task.status, task.held_from) and (
        found is None or found.status == ReviewStatus.REJECTED
    ):
        _open(db, task, by, now)


def open_plan_for_operator(db: Database, task: Task, reason: str, by: Actor, now: int) -> Review:
    """Let the operator judge the plan anew; what was said of it before is closed."""
    found = plan_of(db, task.id)
    if found is not None:
        vacate_seats(db, found.id, by, now)
        set_settled(db, found.id, ReviewStatus.CLOSED, reason, None, by, now)
    review = _open(db, task, by, now)
    set_escalated(db, review.id, OPERATOR, reason, by, now)
    return the_review(db, review.id)


def plan_edited(db: Database, before: Task, by: Actor, now: int) -> None:
    """Let the plan review follow an edit of the task, which was `before`.

    A changed text is judged anew: in the present round where nobody has begun to judge it, else in the next. Once a plan
    is approved only the operator may change its text without another look.
    """
    task = the_task(db, before.id)
    ensure_plan(db, task, by, now)
    review = plan_of(db, task.id)
    said = told_changes(before, task)
    if review is None or not said or PLAN_REVIEW not in before.reviews:
        return
    if review.status == ReviewStatus.REJECTED or (review.status == ReviewStatus.APPROVED and by.name == OPERATOR):
        return
    if TaskStatus.PENDING not in (task.status, task.held_from):
        return
    if review.status == ReviewStatus.OPEN and not _begun(db, review, by.name):
        _amend(db, review, said, by, now)
        return
    vacate_seats(db, review.id, by, now)
    hand_in(db, next_round(db, review.id, by.name, by, now), by.name, by.session, said, None, by, now)


def _open(db: Database, task: Task, by: Actor, now: int) -> Review:
    review = the_review(db, insert_review(db, task.id, PLAN_REVIEW, task.created_by, by, now))
    hand_in(db, review, task.created_by, None, "the task as it was written", None, by, now)
    return review


def _begun(db: Database, review: Review, editor: str) -> bool:
    """Whether somebody has looked at the text of this round, or would be left to judge what they wrote themselves."""
    row = db.execute(
        "SELECT 1 FROM seats WHERE review_id = ? AND round = ? AND (fence > 0 OR status <> 'waiting' OR reviewer = ?)",
        (review.id, review.round, editor),
    ).fetchone()
    return row is not None


def _amend(db: Database, review: Review, said: str, by: Actor, now: int) -> None:
    """Nobody has looked at it yet: the same round judges the text as it is now."""
    db.execute(
        "UPDATE submissions SET summary = summary || :said, agent = :agent, actor = :actor, origin = :origin,"
        " in_session = :in_session WHERE review_id = :id AND round = :round",
        stamped(by, now, said=f"\n{said}", agent=by.name, id=review.id, round=review.round),
    )
    db.execute(
        f"UPDATE reviews SET author = :author, {STAMP} WHERE id = :id", stamped(by, now, id=review.id, author=by.name)
    )
