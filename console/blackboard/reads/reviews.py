"""Owns the questions about reviews: one, lists, the rounds that wait for the scheduler, and a thread as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.blackboard.reads.wanted import having
from console.errors import NotFound
from console.records.actor import OPERATOR
from console.records.note import Comment
from console.records.review import FINAL_REVIEW, PLAN_REVIEW, Review, ReviewStatus, Seat, Submission, VerdictGiven
from console.records.task import Task

__all__ = (
    "OpenRound",
    "Thread",
    "count_reviews",
    "find_reviews",
    "get_review",
    "get_seat",
    "list_reviews",
    "next_round_end",
    "open_children",
    "open_rounds",
    "plans_not_approved",
    "reviews_of",
    "thread",
    "verdict_of",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRound:
    """The current round of a review that agents are asked for; fields as in scheduler.snapshot.Round."""

    review: Review
    task: Task
    seats: tuple[Seat, ...]
    verdicts: tuple[VerdictGiven, ...]
    before: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    open_children: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A review with all that was said in it, oldest first."""

    review: Review
    task: Task
    submissions: tuple[Submission, ...]
    seats: tuple[Seat, ...]
    verdicts: tuple[VerdictGiven, ...]
    comments: tuple[Comment, ...]
    open_children: tuple[int, ...] = ()
    """Tasks that its first round waits for."""


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


def verdict_of(db: Database, session_id: str) -> VerdictGiven | None:
    """What the session said, as it counts."""
    sql = "SELECT * FROM verdicts WHERE session = ? AND seat_id IS NOT NULL ORDER BY id DESC LIMIT 1"
    with translated(db.path):
        row = db.execute(sql, (session_id,)).fetchone()
    return None if row is None else VerdictGiven.from_row(row)


def list_reviews(
    db: Database, *, statuses: Sequence[ReviewStatus] | None = None, limit: int = 200
) -> tuple[tuple[Review, Task], ...]:
    """Reviews with their tasks: those that the operator is asked for first, then open, then the newest settled."""
    wanted = [str(status) for status in (statuses or list(ReviewStatus))]
    marks = ", ".join("?" for _ in wanted)
    with translated(db.path):
        rows = db.execute(
            f"SELECT * FROM reviews WHERE status IN ({marks})"
            " ORDER BY CASE WHEN status = 'escalated' AND escalated_to = 'operator' THEN 0"
            " WHEN status IN ('open', 'escalated') THEN 1 WHEN status = 'changes_requested' THEN 2 ELSE 3 END,"
            " CASE WHEN status IN ('escalated', 'open', 'changes_requested') THEN round_at ELSE -round_at END LIMIT ?",
            (*wanted, limit),
        ).fetchall()
    return tuple((Review.from_row(row), _task(db, row["task_id"])) for row in rows)


def find_reviews(db: Database, project: str, words: str, *, limit: int = 200) -> tuple[tuple[Review, Task], ...]:
    """The newest reviews with their tasks that have every word, in `project#task`, the title or the status."""
    where, values = having(db, words, ":project || '#' || r.task_id || ' ' || t.title || ' ' || r.status")
    with translated(db.path):
        rows = db.execute(
            f"SELECT r.* FROM reviews r JOIN tasks t ON t.id = r.task_id WHERE {where} ORDER BY r.id DESC LIMIT :limit",
            {**values, "project": project, "limit": limit},
        ).fetchall()
    return tuple((Review.from_row(row), _task(db, row["task_id"])) for row in rows)


def count_reviews(db: Database) -> int:
    """How many there have been."""
    with translated(db.path):
        (count,) = db.execute("SELECT count(*) FROM reviews").fetchone()
    return int(count)


def reviews_of(db: Database, task_id: int) -> tuple[Review, ...]:
    """Every review of a task, oldest first."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM reviews WHERE task_id = ? ORDER BY id", (task_id,)).fetchall()
    return tuple(Review.from_row(row) for row in rows)


def open_rounds(db: Database, *, limit: int = 200) -> tuple[OpenRound, ...]:
    """Every review that is open or escalated to an agent, with its current round, the longest waiting first."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM reviews WHERE status = 'open' OR (status = 'escalated' AND escalated_to <> ?)"
            " ORDER BY round_at, id LIMIT ?",
            (OPERATOR, limit),
        ).fetchall()
    return tuple(_open_round(db, Review.from_row(row)) for row in rows)


def _open_round(db: Database, review: Review) -> OpenRound:
    seats = _seats(db, review.id, review.round)
    fresh = not seats and review.status == ReviewStatus.OPEN
    return OpenRound(
        review=review,
        task=_task(db, review.task_id),
        seats=seats,
        verdicts=_verdicts(db, review.id, review.round),
        before=_judges(db, review) if fresh and review.round > 1 else (),
        writers=_writers(db, review),
        open_children=_waits_for(db, review),
    )


def open_children(db: Database, task_id: int) -> tuple[int, ...]:
    """The children of a task that are neither done nor cancelled."""
    with translated(db.path):
        rows = db.execute(
            "SELECT id FROM tasks WHERE parent = ? AND status NOT IN ('done', 'cancelled') ORDER BY id", (task_id,)
        ).fetchall()
    return tuple(row["id"] for row in rows)


def next_round_end(db: Database, now: int) -> int | None:
    """Epoch ms after `now` at which the time of some round is over."""
    with translated(db.path):
        (due,) = db.execute(
            "SELECT min(round_until) FROM reviews WHERE status IN ('open', 'escalated') AND round_until > ?", (now,)
        ).fetchone()
    return None if due is None else int(due)


def plans_not_approved(db: Database, *, limit: int = 2000) -> dict[int, ReviewStatus]:
    """The tasks that may not start because their own text is being judged or is to be changed."""
    with translated(db.path):
        rows = db.execute(
            "SELECT task_id, status FROM reviews WHERE protocol = ? AND status IN ('open', 'escalated', 'changes_requested')"
            " ORDER BY id LIMIT ?",
            (PLAN_REVIEW, limit),
        ).fetchall()
    return {row["task_id"]: ReviewStatus(row["status"]) for row in rows}


def _judges(db: Database, review: Review) -> tuple[str, ...]:
    """Who judged the round before this one."""
    with translated(db.path):
        rows = db.execute(
            "SELECT reviewer FROM seats WHERE review_id = ? AND round = ? AND status = 'given' AND kind = 'review'"
            " AND stand_in IS NULL"
            " ORDER BY id",
            (review.id, review.round - 1),
        ).fetchall()
    return tuple(row["reviewer"] for row in rows)


def _writers(db: Database, review: Review) -> tuple[str, ...]:
    """Who handed in any of its rounds: one may have worked in the place of another."""
    with translated(db.path):
        rows = db.execute(
            "SELECT DISTINCT agent FROM submissions WHERE review_id = ? ORDER BY agent", (review.id,)
        ).fetchall()
    return tuple(row["agent"] for row in rows)


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
        open_children=_waits_for(db, review),
    )


def _waits_for(db: Database, review: Review) -> tuple[int, ...]:
    """The children that keep an open final review from beginning its round."""
    if review.protocol != FINAL_REVIEW or review.status != ReviewStatus.OPEN:
        return ()
    return () if _seats(db, review.id, review.round) else open_children(db, review.task_id)


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
