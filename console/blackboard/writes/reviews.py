"""Owns the review thread's writes: opening a round, filling its seats, taking verdicts, settling, escalating, closing.

A verdict and all that follows from it are one transaction, so a crash leaves either neither or both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from console.blackboard.connection import Database, write
from console.blackboard.writes.sessions import ask_to_stop
from console.blackboard.writes.stamps import STAMP, stamped
from console.errors import NotFound
from console.records.actor import OPERATOR, Actor
from console.records.review import Review, ReviewStatus
from console.records.session import StopReason
from console.records.task import Task

__all__ = (
    "close_reviews",
    "escalate",
    "next_protocol",
    "open_following",
    "open_for_operator",
    "open_next_review",
    "prepare_round",
    "set_escalated",
    "set_settled",
    "the_review",
    "vacate_seats",
    "wanting_rework",
)

BY_OPERATOR = "operator"
"""The protocol of a review that only the operator gives."""


def the_review(db: Database, review_id: int) -> Review:
    """The review. Raises NotFound."""
    row = db.execute("SELECT * FROM reviews WHERE id = ?", (review_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no review #{review_id}; `moziplus review list` shows them")
    return Review.from_row(row)


def wanting_rework(db: Database, task_id: int) -> Review | None:
    """The review of the task whose requested changes the next submission answers."""
    row = db.execute(
        "SELECT * FROM reviews WHERE task_id = ? AND status = 'changes_requested' ORDER BY id LIMIT 1", (task_id,)
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
) -> Review:
    """Open the next round of `rework`, or the first round of the first protocol of the task that has not approved yet."""
    if rework is None:
        protocol = next_protocol(db, task) or BY_OPERATOR
        review_id = _insert(db, task.id, protocol, agent, by, now)
    else:
        review_id = rework.id
        db.execute(
            "UPDATE reviews SET status = 'open', round = round + 1, round_at = :now, settled_at = NULL, reason = NULL,"
            f" author = :author, {STAMP} WHERE id = :id",
            stamped(by, now, id=review_id, author=agent),
        )
    review = the_review(db, review_id)
    _hand_in(db, review, agent, session, summary, rebuttal, by, now)
    if review.protocol == BY_OPERATOR:
        set_escalated(db, review_id, OPERATOR, "no protocol is left that could judge it", by, now)
    return the_review(db, review_id)


def open_following(db: Database, task: Task, before: Review, protocol: str, by: Actor, now: int) -> Review:
    """Open the next protocol's review on the submission that `before` has approved."""
    row = db.execute(
        "SELECT * FROM submissions WHERE review_id = ? ORDER BY round DESC LIMIT 1", (before.id,)
    ).fetchone()
    review_id = _insert(db, task.id, protocol, before.author, by, now)
    _hand_in(db, the_review(db, review_id), row["agent"], row["session"], row["summary"], None, by, now)
    return the_review(db, review_id)


def next_protocol(db: Database, task: Task) -> str | None:
    """The first protocol of the task, in order, that has no approval since the last one that was closed."""
    approved = {
        row["protocol"]
        for row in db.execute("SELECT protocol FROM reviews WHERE task_id = ? AND status = 'approved'", (task.id,))
    }
    wanted = [protocol for protocol in task.reviews if protocol != "plan_review"]
    return next((protocol for protocol in wanted if protocol not in approved), None)


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
    review_id = _insert(db, task.id, protocol, agent, by, now)
    _hand_in(db, the_review(db, review_id), agent or by.name, session, summary, None, by, now)
    set_escalated(db, review_id, OPERATOR, reason, by, now)
    return the_review(db, review_id)


def prepare_round(
    db: Database,
    review_id: int,
    round_: int,
    *,
    reviewers: Sequence[str],
    max_rounds: int,
    threshold: float,
    rubric: Mapping[str, float],
    by: Actor,
    now: int,
) -> bool:
    """Give the round its seats and the review its protocol's numbers; False where that is done or no longer asked for."""
    with write(db):
        review = the_review(db, review_id)
        if review.status != ReviewStatus.OPEN or review.round != round_ or _has_seats(db, review):
            return False
        db.execute(
            f"UPDATE reviews SET max_rounds = :rounds, threshold = :threshold, rubric = :rubric, {STAMP} WHERE id = :id",
            stamped(by, now, id=review_id, rounds=max_rounds, threshold=threshold, rubric=json.dumps(dict(rubric))),
        )
        for reviewer in reviewers:
            db.execute(
                "INSERT INTO seats (review_id, round, reviewer, updated_at, actor, origin, in_session)"
                " VALUES (:review, :round, :reviewer, :now, :actor, :origin, :in_session)",
                stamped(by, now, review=review_id, round=round_, reviewer=reviewer),
            )
    return True


def escalate(db: Database, review_id: int, round_: int, *, to: str, reason: str, by: Actor, now: int) -> bool:
    """Ask `to` for the verdict on an open round; False where it is settled or another round by now."""
    with write(db, durable=True):
        review = the_review(db, review_id)
        if review.status != ReviewStatus.OPEN or review.round != round_:
            return False
        vacate_seats(db, review_id, by, now)
        set_escalated(db, review_id, to, reason, by, now)
    return True


def vacate_seats(db: Database, review_id: int, by: Actor, now: int) -> None:
    """Nobody needs to fill the open seats any more; reviewers at work on them are stopped."""
    working = db.execute(
        "SELECT session FROM seats WHERE review_id = ? AND status = 'working'", (review_id,)
    ).fetchall()
    for row in working:
        ask_to_stop(db, row["session"], StopReason.CANCEL, by, now)
    db.execute(
        f"UPDATE seats SET status = 'vacant', session = NULL, lease_until = NULL, {STAMP}"
        " WHERE review_id = :id AND status IN ('waiting', 'working')",
        stamped(by, now, id=review_id),
    )


def close_reviews(db: Database, task_id: int, reason: str, by: Actor, now: int, *, approved_too: bool = False) -> None:
    """Close every live review of the task; with `approved_too` also those that approved work which is done anew."""
    statuses = ["open", "changes_requested", "escalated"] + (["approved"] if approved_too else [])
    marks = ", ".join("?" for _ in statuses)
    live = db.execute(
        f"SELECT id FROM reviews WHERE task_id = ? AND status IN ({marks})", (task_id, *statuses)
    ).fetchall()
    for row in live:
        vacate_seats(db, row["id"], by, now)
        set_settled(db, row["id"], ReviewStatus.CLOSED, reason, None, by, now)


def set_settled(
    db: Database,
    review_id: int,
    status: ReviewStatus,
    reason: str | None,
    confidence: float | None,
    by: Actor,
    now: int,
) -> None:
    """Write how a round ended on its review."""
    db.execute(
        "UPDATE reviews SET status = :status, reason = :reason, confidence = coalesce(:confidence, confidence),"
        f" escalated_to = NULL, settled_at = :now, {STAMP} WHERE id = :id",
        stamped(by, now, id=review_id, status=str(status), reason=reason, confidence=confidence),
    )


def set_escalated(
    db: Database, review_id: int, to: str, reason: str, by: Actor, now: int, confidence: float | None = None
) -> None:
    """Write that the verdict waits for `to`."""
    db.execute(
        "UPDATE reviews SET status = 'escalated', escalated_to = :to, reason = :reason, settled_at = NULL,"
        f" confidence = coalesce(:confidence, confidence), {STAMP} WHERE id = :id",
        stamped(by, now, id=review_id, to=to, reason=reason, confidence=confidence),
    )


def _insert(db: Database, task_id: int, protocol: str, author: str | None, by: Actor, now: int) -> int:
    done = db.execute(
        "INSERT INTO reviews (task_id, protocol, author, opened_at, round_at, updated_at, actor, origin, in_session)"
        " VALUES (:task, :protocol, :author, :now, :now, :now, :actor, :origin, :in_session)",
        stamped(by, now, task=task_id, protocol=protocol, author=author),
    )
    assert done.lastrowid is not None
    return done.lastrowid


def _hand_in(
    db: Database,
    review: Review,
    agent: str,
    session: str | None,
    summary: str,
    rebuttal: str | None,
    by: Actor,
    now: int,
) -> None:
    db.execute(
        "INSERT INTO submissions (review_id, round, agent, session, summary, rebuttal, at, actor, origin, in_session)"
        " VALUES (:review, :round, :agent, :session, :summary, :rebuttal, :now, :actor, :origin, :in_session)",
        stamped(
            by,
            now,
            review=review.id,
            round=review.round,
            agent=agent,
            session=session,
            summary=summary,
            rebuttal=rebuttal,
        ),
    )


def _has_seats(db: Database, review: Review) -> bool:
    sql = "SELECT 1 FROM seats WHERE review_id = ? AND round = ?"
    return db.execute(sql, (review.id, review.round)).fetchone() is not None
