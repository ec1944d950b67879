"""Owns the end of a review's round: what the pure rules make of its verdicts, and what that does to review and task.

Never opens a transaction of its own where its caller has one: a verdict and all that follows from it are one.
"""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.writes.review_rows import set_escalated, set_settled
from console.blackboard.writes.reviews import next_protocol, open_following
from console.blackboard.writes.stamps import move, the_task
from console.records.actor import OPERATOR, Actor
from console.records.review import PLAN_REVIEW, Review, ReviewStatus, Seat, Verdict, VerdictGiven
from console.records.task import Task, TaskStatus
from console.reviews.round import Settled, settle

__all__ = ("follow", "settle_held", "settle_round")


def settle_round(db: Database, review: Review, by: Actor, now: int) -> None:
    """What the pure rules make of the round now; nothing while somebody is waited for, or while the task is held."""
    if the_task(db, review.task_id).status == TaskStatus.HELD:
        return
    seats = db.execute("SELECT * FROM seats WHERE review_id = ? AND round = ?", (review.id, review.round)).fetchall()
    verdicts = db.execute(
        "SELECT * FROM verdicts WHERE review_id = ? AND round = ? AND undone_at IS NULL", (review.id, review.round)
    ).fetchall()
    settled = settle(
        review, tuple(Seat.from_row(row) for row in seats), tuple(VerdictGiven.from_row(row) for row in verdicts)
    )
    if settled is not None:
        follow(db, review, settled, by, now)


def settle_held(db: Database, task_id: int, by: Actor, now: int) -> None:
    """The task was held and is not any more: settle what its reviewers said meanwhile."""
    rows = db.execute("SELECT * FROM reviews WHERE task_id = ? AND status = 'open'", (task_id,)).fetchall()
    for row in rows:
        settle_round(db, Review.from_row(row), by, now)


def follow(db: Database, review: Review, settled: Settled, by: Actor, now: int) -> None:
    """Write how a round ended, and what that means for the task."""
    if settled.status == ReviewStatus.ESCALATED:
        set_escalated(db, review.id, OPERATOR, settled.reason, by, now, settled.confidence)
        return
    set_settled(db, review.id, settled.status, settled.reason, settled.confidence, by, now)
    task = the_task(db, review.task_id)
    if review.protocol == PLAN_REVIEW:
        if settled.task_verb == Verdict.REJECT:
            _deny(db, task, f"{review.protocol}: {settled.reason}", by, now)
    elif settled.task_verb == Verdict.APPROVE:
        following = next_protocol(db, task)
        if following is not None and review.protocol in task.reviews:
            open_following(db, task, review, following, by, now)
        else:
            move(db, task, "approve", TaskStatus.DONE, by, now, preferred=None, failure=None)
    elif settled.task_verb == Verdict.REQUEST_CHANGES:
        move(
            db, task, "request_changes", TaskStatus.PENDING, by, now, preferred=review.author, attempts=0, retry_at=None
        )
    else:
        move(db, task, "reject", TaskStatus.FAILED, by, now, failure=f"{review.protocol}: {settled.reason}")


def _deny(db: Database, task: Task, failure: str, by: Actor, now: int) -> None:
    """A task whose plan is rejected fails before anyone began; the operator may do that to a held one too."""
    if task.status == TaskStatus.HELD:
        move(db, task, "unhold", TaskStatus.PENDING, by, now)
        task = the_task(db, task.id)
    move(db, task, "deny", TaskStatus.FAILED, by, now, failure=failure)
