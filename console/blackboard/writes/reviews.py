"""Owns the opening of reviews, and their closing with their task: which protocol comes next, and on what it is opened.

Never ends a round by itself; `rounds` does, in the transaction of the verdict that settles it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.blackboard.connection import Database, write
from console.blackboard.writes.plans import ensure_plan
from console.blackboard.writes.review_rows import (
    hand_in,
    insert_review,
    next_round,
    set_escalated,
    set_settled,
    the_review,
    vacate_seats,
)
from console.blackboard.writes.stamps import as_json, change, stamped, the_task
from console.errors import Conflict
from console.records.actor import OPERATOR, Actor
from console.records.review import PLAN_REVIEW, Review, ReviewStatus
from console.records.task import FINAL, Task

__all__ = (
    "close_reviews",
    "next_protocol",
    "open_following",
    "open_for_operator",
    "open_next_review",
    "require_review",
    "result_reviews",
    "wanting_rework",
)

BY_OPERATOR = "operator"
"""The protocol of a review that only the operator gives."""


def wanting_rework(db: Database, task_id: int) -> Review | None:
    """The review of the task whose requested changes the next submission answers; never its plan's."""
    row = db.execute(
        "SELECT * FROM reviews WHERE task_id = ? AND status = 'changes_requested' AND protocol <> ? ORDER BY id LIMIT 1",
        (task_id, PLAN_REVIEW),
    ).fetchone()
    return None if row is None else Review.from_row(row)


def open_next_review(
    db: Database,
    task: Task,
    rework: Review | None,
    agent: str,
    session: str | None,
    summary: str,
    rebuttal: str | None,
    by: Actor,
    now: int,
    answers: Sequence[Mapping[str, Any]] = (),
) -> Review:
    """Open the next round of `rework`, or the first round of the first protocol of the task that has not approved yet."""
    if rework is None:
        protocol = next_protocol(db, task) or BY_OPERATOR
        review_id = insert_review(db, task.id, protocol, agent, by, now)
    else:
        review_id = next_round(db, rework.id, agent, by, now).id
    review = the_review(db, review_id)
    hand_in(db, review, agent, session, summary, rebuttal, by, now, answers)
    if review.protocol == BY_OPERATOR:
        reason = (
            "no protocol is left that could judge it" if rework is None else "the changes you asked for are handed in"
        )
        set_escalated(db, review_id, OPERATOR, reason, by, now)
    return the_review(db, review_id)


def open_following(db: Database, task: Task, before: Review, protocol: str, by: Actor, now: int) -> Review:
    """Open the next protocol's review on the submission that `before` has approved."""
    row = db.execute(
        "SELECT * FROM submissions WHERE review_id = ? ORDER BY round DESC LIMIT 1", (before.id,)
    ).fetchone()
    review_id = insert_review(db, task.id, protocol, before.author, by, now)
    hand_in(db, the_review(db, review_id), row["agent"], row["session"], row["summary"], None, by, now)
    return the_review(db, review_id)


def next_protocol(db: Database, task: Task) -> str | None:
    """The first protocol of the task, in order, that has no approval since the last one that was closed."""
    approved = {
        row["protocol"]
        for row in db.execute("SELECT protocol FROM reviews WHERE task_id = ? AND status = 'approved'", (task.id,))
    }
    return next((protocol for protocol in result_reviews(task) if protocol not in approved), None)


def result_reviews(task: Task) -> tuple[str, ...]:
    """The protocols that judge the result, in order; where there is none a submit is final."""
    return tuple(protocol for protocol in task.reviews if protocol != PLAN_REVIEW)


def require_review(db: Database, task_id: int, protocol: str, *, reason: str, by: Actor, now: int) -> Task:
    """See to it that the task is judged by `protocol` too, and say why in a comment; nothing where it is already.

    A plan review of a task that waits for its start opens at once. Raises Conflict where the task is done or cancelled.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        if protocol not in task.reviews:
            if task.status in FINAL:
                raise Conflict(f"task #{task_id} is {task.status}; retry or reopen it before it is reviewed")
            change(db, task_id, by, now, reviews=as_json((*task.reviews, protocol)))
            db.execute(
                "INSERT INTO comments (task_id, comment_type, body, at, actor, origin, in_session)"
                " VALUES (:task, 'system', :body, :now, :actor, :origin, :in_session)",
                stamped(by, now, task=task_id, body=f"{protocol} is required: {reason}"),
            )
        if protocol == PLAN_REVIEW:
            ensure_plan(db, the_task(db, task_id), by, now)
    return the_task(db, task_id)


def open_for_operator(
    db: Database,
    task: Task,
    agent: str | None,
    session: str | None,
    summary: str,
    reason: str,
    by: Actor,
    now: int,
    protocol: str = BY_OPERATOR,
) -> Review:
    """Open a review that waits for the operator from the start."""
    review_id = insert_review(db, task.id, protocol, agent, by, now)
    hand_in(db, the_review(db, review_id), agent or by.name, session, summary, None, by, now)
    set_escalated(db, review_id, OPERATOR, reason, by, now)
    return the_review(db, review_id)


def close_reviews(db: Database, task_id: int, reason: str, by: Actor, now: int, *, approved_too: bool = False) -> None:
    """Close every live review of the task; with `approved_too` also those that approved work which is done anew.

    An approved plan stays: the task is the same.
    """
    live = db.execute(
        "SELECT id FROM reviews WHERE task_id = :task AND (status IN ('open', 'changes_requested', 'escalated')"
        " OR (:too AND status = 'approved' AND protocol <> :plan))",
        {"task": task_id, "too": approved_too, "plan": PLAN_REVIEW},
    ).fetchall()
    for row in live:
        vacate_seats(db, row["id"], by, now)
        set_settled(db, row["id"], ReviewStatus.CLOSED, reason, None, by, now)
