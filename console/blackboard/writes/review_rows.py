"""Owns the rows of a review thread as every command writes them: a review, a submission, an end, an escalation.

Never opens a transaction and decides nothing: its callers do both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from console.blackboard.connection import Database
from console.blackboard.writes.stamps import STAMP, stamped
from console.blackboard.writes.stops import ask_to_stop
from console.errors import NotFound
from console.records.actor import Actor
from console.records.review import Review, ReviewStatus, Seat, SeatKind
from console.records.session import StopReason

__all__ = (
    "hand_in",
    "insert_review",
    "insert_seat",
    "next_round",
    "seats_of_round",
    "set_escalated",
    "set_settled",
    "the_review",
    "vacate_seats",
    "want_stand_in",
)


def the_review(db: Database, review_id: int) -> Review:
    """The review. Raises NotFound."""
    row = db.execute("SELECT * FROM reviews WHERE id = ?", (review_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no review #{review_id}; `moziplus review list` shows them")
    return Review.from_row(row)


def insert_review(db: Database, task_id: int, protocol: str, author: str | None, by: Actor, now: int) -> int:
    """A new thread, open, in round 1; its id."""
    done = db.execute(
        "INSERT INTO reviews (task_id, protocol, author, opened_at, round_at, updated_at, actor, origin, in_session)"
        " VALUES (:task, :protocol, :author, :now, :now, :now, :actor, :origin, :in_session)",
        stamped(by, now, task=task_id, protocol=protocol, author=author),
    )
    assert done.lastrowid is not None
    return done.lastrowid


def next_round(db: Database, review_id: int, author: str, by: Actor, now: int) -> Review:
    """Open the thread's next round, on work of `author`."""
    db.execute(
        "UPDATE reviews SET status = 'open', round = round + 1, round_at = :now, settled_at = NULL, reason = NULL,"
        f" escalated_to = NULL, round_until = NULL, author = :author, {STAMP} WHERE id = :id",
        stamped(by, now, id=review_id, author=author),
    )
    return the_review(db, review_id)


def hand_in(
    db: Database,
    review: Review,
    agent: str,
    session: str | None,
    summary: str,
    rebuttal: str | None,
    by: Actor,
    now: int,
    answers: Sequence[Mapping[str, Any]] = (),
) -> None:
    """What the review's present round judges."""
    db.execute(
        "INSERT INTO submissions (review_id, round, agent, session, summary, rebuttal, answers, at, actor, origin,"
        " in_session) VALUES (:review, :round, :agent, :session, :summary, :rebuttal, :answers, :now, :actor, :origin,"
        " :in_session)",
        stamped(
            by,
            now,
            review=review.id,
            round=review.round,
            agent=agent,
            session=session,
            summary=summary,
            rebuttal=rebuttal,
            answers=json.dumps([dict(answer) for answer in answers], ensure_ascii=False),
        ),
    )


def seats_of_round(db: Database, review: Review) -> tuple[Seat, ...]:
    """The seats of the present round, of either kind."""
    sql = "SELECT * FROM seats WHERE review_id = ? AND round = ? ORDER BY id"
    return tuple(Seat.from_row(row) for row in db.execute(sql, (review.id, review.round)).fetchall())


def insert_seat(db: Database, review: Review, reviewer: str, kind: SeatKind, by: Actor, now: int) -> None:
    """A seat of the present round that waits for `reviewer`; one that fell vacant in this round is filled anew."""
    db.execute(
        "INSERT INTO seats (review_id, round, reviewer, kind, updated_at, actor, origin, in_session)"
        " VALUES (:review, :round, :reviewer, :kind, :now, :actor, :origin, :in_session)"
        " ON CONFLICT (review_id, round, reviewer) DO UPDATE SET kind = excluded.kind, status = 'waiting', attempts = 0,"
        " retry_at = NULL, stand_in = NULL, actor = excluded.actor, origin = excluded.origin, in_session = excluded.in_session,"
        " rev = rev + 1, updated_at = excluded.updated_at WHERE status = 'vacant'",
        stamped(by, now, review=review.id, round=review.round, reviewer=reviewer, kind=str(kind)),
    )


def want_stand_in(db: Database, seat_id: int, by: Actor, now: int) -> None:
    """The reviewer of this seat said nothing that counts: the scheduler looks for somebody else."""
    sql = f"UPDATE seats SET stand_in = 'wanted', {STAMP} WHERE id = :id AND kind = 'review'"
    db.execute(sql, stamped(by, now, id=seat_id))


def vacate_seats(db: Database, review_id: int, by: Actor, now: int, *, only: Sequence[int] | None = None) -> None:
    """Nobody needs to fill the open seats (or `only` these) any more; reviewers at work on them are stopped."""
    waiting = db.execute(
        "SELECT id, session FROM seats WHERE review_id = ? AND status IN ('waiting', 'working')", (review_id,)
    ).fetchall()
    for row in waiting:
        if only is not None and row["id"] not in only:
            continue
        if row["session"] is not None:
            ask_to_stop(db, row["session"], StopReason.CANCEL, by, now)
        db.execute(
            f"UPDATE seats SET status = 'vacant', session = NULL, lease_until = NULL, {STAMP} WHERE id = :id",
            stamped(by, now, id=row["id"]),
        )


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
        f" escalated_to = NULL, round_until = NULL, settled_at = :now, {STAMP} WHERE id = :id",
        stamped(by, now, id=review_id, status=str(status), reason=reason, confidence=confidence),
    )


def set_escalated(
    db: Database,
    review_id: int,
    to: str,
    reason: str,
    by: Actor,
    now: int,
    confidence: float | None = None,
    until: int | None = None,
) -> None:
    """Write that the verdict waits for `to`; for an agent no longer than `until`."""
    db.execute(
        "UPDATE reviews SET status = 'escalated', escalated_to = :to, reason = :reason, settled_at = NULL,"
        f" round_until = :until, confidence = coalesce(:confidence, confidence), {STAMP} WHERE id = :id",
        stamped(by, now, id=review_id, to=to, reason=reason, confidence=confidence, until=until),
    )
