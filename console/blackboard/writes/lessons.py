"""Owns the drawing of an experience from a session, when its task is done: inside the transaction that makes it done.

One at most for each session, whoever comes first; none where everything went smoothly.
"""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.writes.experience_upkeep import index_changed
from console.blackboard.writes.stamps import as_json, stamped
from console.crash import crash_point
from console.prompts.lesson import lesson_words
from console.records.actor import Actor
from console.records.lesson import Lesson, Rework
from console.records.note import Decision
from console.records.review import Review, Submission, VerdictGiven
from console.records.session import Session
from console.records.task import Task, TaskKind

__all__ = ("draw_experience",)

_LEARNT_FROM = frozenset({TaskKind.WORK, TaskKind.PLAN, TaskKind.UNDO})
"""A distillation is made of experiences; it makes none."""


def draw_experience(
    db: Database, task: Task, *, review: Review | None = None, session: Session | None = None, summary: str = "",
    by: Actor, now: int,
) -> int | None:  # fmt: skip
    """Record what the way of `task` to its end has taught; None where that is nothing, or was recorded before.

    The end is `session` with its `summary`, else the submission that `review` has approved.
    """
    if task.kind not in _LEARNT_FROM:
        return None
    end = _end(db, task, review, session, summary)
    if end is None or _drawn(db, end[0].id):
        return None
    lesson = _lesson(db, task, *end)
    if not lesson.teaches:
        return None
    title, body = lesson_words(lesson)
    done = db.execute(
        "INSERT INTO experiences (task_id, title, body, tags, source, at, created_by, drawn_from, updated_at, actor, origin,"
        " in_session) VALUES (:task, :title, :body, :tags, 'session', :now, :author, :session, :now, :actor, :origin,"
        " :in_session)",
        stamped(
            by,
            now,
            task=task.id,
            title=title,
            body=body,
            tags=as_json(task.tags),
            author=lesson.author,
            session=end[0].id,
        ),
    )
    index_changed(db)
    crash_point("draw_experience.before_commit")
    return done.lastrowid


def _end(
    db: Database, task: Task, review: Review | None, session: Session | None, summary: str
) -> tuple[Session, str] | None:
    """The session whose work was taken, and what it said of it."""
    if session is not None:
        return session, summary
    row = None
    if review is not None:
        row = db.execute(
            "SELECT session, summary FROM submissions WHERE review_id = ? ORDER BY round DESC LIMIT 1", (review.id,)
        ).fetchone()
    found = db.execute(
        "SELECT * FROM sessions WHERE task_id = :task AND seat_id IS NULL"
        " AND (id = :id OR (:id IS NULL AND status = 'succeeded')) ORDER BY rowid DESC LIMIT 1",
        {"task": task.id, "id": row["session"] if row else None},
    ).fetchone()
    return None if found is None else (Session.from_row(found), row["summary"] if row else "")


def _drawn(db: Database, session: str) -> bool:
    return db.execute("SELECT 1 FROM experiences WHERE drawn_from = ?", (session,)).fetchone() is not None


def _lesson(db: Database, task: Task, session: Session, summary: str) -> Lesson:
    """What happened on the task since the last experience that was drawn from it."""
    (since,) = db.execute(
        "SELECT coalesce(max(at), 0) FROM experiences WHERE task_id = ? AND drawn_from IS NOT NULL", (task.id,)
    ).fetchone()
    asked = {"task": task.id, "since": since}
    failed = db.execute(
        "SELECT * FROM sessions WHERE task_id = :task AND seat_id IS NULL AND counted = 1 AND ended_at > :since"
        " ORDER BY rowid",
        asked,
    ).fetchall()
    decisions = db.execute(
        "SELECT *, in_session AS session FROM decisions WHERE task_id = :task AND at > :since AND in_session IN"
        " (SELECT id FROM sessions WHERE task_id = :task AND seat_id IS NULL) ORDER BY id",
        asked,
    ).fetchall()
    return Lesson(
        task=task,
        author=session.agent,
        summary=summary,
        failed=tuple(Session.from_row(row) for row in failed),
        reworks=_reworks(db, asked),
        decisions=tuple(Decision.from_row(row) for row in decisions),
    )


def _reworks(db: Database, asked: dict[str, int]) -> tuple[Rework, ...]:
    """Each round that asked for changes, with the submission that answered it. A plan's changes are answered by an edit."""
    answers = db.execute(
        "SELECT s.* FROM submissions s JOIN reviews r ON r.id = s.review_id"
        " WHERE r.task_id = :task AND s.round > 1 AND s.at > :since ORDER BY s.id",
        asked,
    ).fetchall()
    found = []
    for row in answers:
        answer = Submission.from_row(row)
        verdicts = db.execute(
            "SELECT * FROM verdicts WHERE review_id = ? AND round = ? AND verdict = 'request_changes' AND undone_at IS NULL"
            " ORDER BY id",
            (answer.review_id, answer.round - 1),
        ).fetchall()
        if verdicts:
            found.append(Rework(asked=tuple(VerdictGiven.from_row(v) for v in verdicts), answer=answer))
    return tuple(found)
