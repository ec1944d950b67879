"""Owns the questions about reviews: one, lists, the rounds that wait for the scheduler, and a thread as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.errors import NotFound
from console.records.note import Comment
from console.records.review import Review, ReviewStatus, Seat, Submission, VerdictGiven
from console.records.task import Task

__all__ = ("OpenRound", "Thread", "get_review", "get_seat", "list_reviews", "open_rounds", "reviews_of", "thread")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRound:
    """The current round of an open review."""

    review: Review
    task: Task
    seats: tuple[Seat, ...]
    verdicts: tuple[VerdictGiven, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A review with all that was said in it, oldest first."""

    review: Review
    task: Task
    submissions: tuple[Submission, ...]
    seats: tuple[Seat, ...]
    verdicts: tuple[VerdictGiven, ...]
    comments: tuple[Comment, ...]


def get_review(db: Database, review_id: int) -> Review:
    """One review. Raises NotFound."""
    with translated(db.path):
        row = db.execute("SELECT * FROM reviews WHERE id = ?", (review_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no review #{review_id}; `moziplus review list` shows them")
    return Review.from_row(row)


def get_seat(db: Database, seat_id: int) -> Seat:
    """One seat. Raises NotFound."""
    with translated(db.path):
        row = db.execute("SELECT * FROM seats WHERE id = ?", (seat_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no review seat {seat_id}")
    return Seat.from_row(row)


def list_reviews(
    db: Database, *, statuses: Sequence[ReviewStatus] | None = None, limit: int = 200
) -> tuple[tuple[Review, Task], ...]:
    """Reviews with their tasks: escalated ones first, then open, then the newest settled."""
    wanted = [str(status) for status in (statuses or list(ReviewStatus))]
    marks = ", ".join("?" for _ in wanted)
    with translated(db.path):
        rows = db.execute(
            f"SELECT * FROM reviews WHERE status IN ({marks})"
            " ORDER BY CASE status WHEN 'escalated' THEN 0 WHEN 'open' THEN 1 WHEN 'changes_requested' THEN 2 ELSE 3 END,"
            " CASE WHEN status IN ('escalated', 'open', 'changes_requested') THEN round_at ELSE -round_at END LIMIT ?",
            (*wanted, limit),
        ).fetchall()
    return tuple((Review.from_row(row), _task(db, row["task_id"])) for row in rows)


def reviews_of(db: Database, task_id: int) -> tuple[Review, ...]:
    """Every review of a task, oldest first."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM reviews WHERE task_id = ? ORDER BY id", (task_id,)).fetchall()
    return tuple(Review.from_row(row) for row in rows)


def open_rounds(db: Database, *, limit: int = 200) -> tuple[OpenRound, ...]:
    """Every open review with the seats and verdicts of its current round, the longest waiting first."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM reviews WHERE status = 'open' ORDER BY round_at, id LIMIT ?", (limit,)
        ).fetchall()
    found = []
    for row in rows:
        review = Review.from_row(row)
        found.append(
            OpenRound(
                review=review,
                task=_task(db, review.task_id),
                seats=_seats(db, review.id, review.round),
                verdicts=_verdicts(db, review.id, review.round),
            )
        )
    return tuple(found)


def thread(db: Database, review_id: int) -> Thread:
    """Everything of one review. Raises NotFound."""
    review = get_review(db, review_id)
    with translated(db.path):
        submissions = db.execute(
            "SELECT * FROM submissions WHERE review_id = ? ORDER BY round", (review_id,)
        ).fetchall()
        comments = db.execute(
            "SELECT *, in_session AS session FROM comments WHERE review_id = ? ORDER BY id", (review_id,)
        ).fetchall()
    return Thread(
        review=review,
        task=_task(db, review.task_id),
        submissions=tuple(Submission.from_row(row) for row in submissions),
        seats=_seats(db, review_id, None),
        verdicts=_verdicts(db, review_id, None),
        comments=tuple(Comment.from_row(row) for row in comments),
    )


def _task(db: Database, task_id: int) -> Task:
    return Task.from_row(db.execute("SELECT * FROM tasks WHERE id = ?", (task_id,)).fetchone())


def _seats(db: Database, review_id: int, round_: int | None) -> tuple[Seat, ...]:
    rows = db.execute(
        "SELECT * FROM seats WHERE review_id = :id AND (:round IS NULL OR round = :round) ORDER BY round, id",
        {"id": review_id, "round": round_},
    ).fetchall()
    return tuple(Seat.from_row(row) for row in rows)


def _verdicts(db: Database, review_id: int, round_: int | None) -> tuple[VerdictGiven, ...]:
    rows = db.execute(
        "SELECT * FROM verdicts WHERE review_id = :id AND (:round IS NULL OR round = :round) ORDER BY id",
        {"id": review_id, "round": round_},
    ).fetchall()
    return tuple(VerdictGiven.from_row(row) for row in rows)
