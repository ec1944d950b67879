"""Owns what is said on a blackboard: comments, decisions, observations, and the alerts among these with their end.

Observations and alerts work the same on the home's own database.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.stamps import WORD, stamped, the_task
from console.errors import NotFound, UsageError
from console.records.actor import Actor, Origin
from console.records.alert import Level, Observation
from console.records.cause import CAUSES, kind_of, level_of
from console.records.note import Comment, CommentType, Decision

__all__ = ("acknowledge", "add_comment", "add_decision", "check_claim", "end_alert", "observe")

TEXT_MAX = 100_000


def add_comment(
    db: Database,
    task_id: int,
    body: str,
    *,
    comment_type: CommentType = CommentType.COMMENT,
    review_id: int | None = None,
    fence: int | None = None,
    by: Actor,
    now: int,
) -> Comment:
    """Say something about a task. With a `fence` the writer's claim must still hold (StaleFence)."""
    _check_text(body)
    with write(db):
        check_claim(db, by, fence, now)
        the_task(db, task_id)
        done = db.execute(
            "INSERT INTO comments (task_id, review_id, comment_type, body, at, actor, origin, in_session)"
            " VALUES (:task, :review, :type, :body, :now, :actor, :origin, :in_session)",
            stamped(by, now, task=task_id, review=review_id, type=str(comment_type), body=body),
        )
    row = db.execute("SELECT *, in_session AS session FROM comments WHERE id = ?", (done.lastrowid,)).fetchone()
    return Comment.from_row(row)


def add_decision(
    db: Database,
    title: str,
    *,
    reason: str = "",
    task_id: int | None = None,
    fence: int | None = None,
    by: Actor,
    now: int,
) -> Decision:
    """Record what was decided, and why, for everyone who comes later."""
    _check_text(title + reason)
    with write(db):
        check_claim(db, by, fence, now)
        if task_id is not None:
            the_task(db, task_id)
        done = db.execute(
            "INSERT INTO decisions (task_id, title, reason, at, actor, origin, in_session)"
            " VALUES (:task, :title, :reason, :now, :actor, :origin, :in_session)",
            stamped(by, now, task=task_id, title=title, reason=reason),
        )
    row = db.execute("SELECT *, in_session AS session FROM decisions WHERE id = ?", (done.lastrowid,)).fetchone()
    return Decision.from_row(row)


def observe(
    db: Database,
    body: str,
    *,
    level: Level | None = None,
    cause: str | None = None,
    task_id: int | None = None,
    session: str | None = None,
    fence: int | None = None,
    anew: bool = False,
    by: Actor,
    now: int,
) -> Observation | None:
    """Record something noticed. With a cause it is an alert: None where that cause has an open one already.

    `anew`: only where that one says the same; else it ends, and this one takes its place. Without a `level` it has that of
    its cause in `records.cause`. Raises UsageError where somebody else takes one of the scheduler's own causes.
    """
    _check_text(body)
    level = level or (level_of(cause) if cause is not None and kind_of(cause) in CAUSES else Level.ROUTINE)
    _check_cause(cause, by)
    with write(db, durable=level == Level.URGENT):
        check_claim(db, by, fence, now)
        if cause is not None and (told := _told(db, cause)) is not None:
            if not anew or told == body:
                return None
            _end(db, cause, now)
        done = db.execute(
            "INSERT INTO observations (level, cause, body, task_id, session, at, actor, origin, in_session)"
            " VALUES (:level, :cause, :body, :task, :session, :now, :actor, :origin, :in_session)",
            stamped(by, now, level=str(level), cause=cause, body=body, task=task_id, session=session or by.session),
        )
    return _observation(db, done.lastrowid or 0)


def end_alert(db: Database, cause: str, *, now: int) -> bool:
    """The cause went away. False where no open alert has it."""
    with write(db):
        return _end(db, cause, now)


def acknowledge(db: Database, observation_id: int, *, by: Actor, now: int) -> Observation:
    """The operator has seen it. Acknowledging twice is fine. Raises NotFound."""
    with write(db, durable=True):
        observation = _observation(db, observation_id)
        if observation.acked_at is None:
            db.execute(
                "UPDATE observations SET acked_at = :now, acked_by = :actor, actor = :actor, origin = :origin,"
                " in_session = :in_session, rev = rev + 1 WHERE id = :id",
                stamped(by, now, id=observation_id),
            )
    return _observation(db, observation_id)


def _observation(db: Database, observation_id: int) -> Observation:
    row = db.execute("SELECT * FROM observations WHERE id = ?", (observation_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no alert or observation {observation_id}; `moziplus alert list` shows them")
    return Observation.from_row(row)


def _told(db: Database, cause: str) -> str | None:
    """What the open alert of a cause says."""
    row = db.execute("SELECT body FROM observations WHERE cause = ? AND ended_at IS NULL", (cause,)).fetchone()
    return None if row is None else str(row["body"])


def _end(db: Database, cause: str, now: int) -> bool:
    done = db.execute(
        "UPDATE observations SET ended_at = ?, actor = 'scheduler', origin = 'scheduler', rev = rev + 1"
        " WHERE cause = ? AND ended_at IS NULL",
        (now, cause),
    )
    return done.rowcount == 1


def check_claim(db: Database, by: Actor, fence: int | None, now: int) -> None:
    """A write from inside a session counts as its word, and only while its claim holds."""
    if by.session is None or fence is None:
        return
    check_fence(db, by.session, fence)
    db.execute(f"UPDATE sessions SET {WORD} WHERE id = :id", {"word": now, "id": by.session})


def _check_cause(cause: str | None, by: Actor) -> None:
    """An agent's alert must not pass for one of ours: that one would be ended, or never be raised."""
    if cause is not None and by.origin == Origin.AGENT and kind_of(cause) in CAUSES:
        raise UsageError(
            f"the cause {kind_of(cause)!r} is the scheduler's own; choose another, as in my-{kind_of(cause)}"
        )


def _check_text(text: str) -> None:
    if not text.strip():
        raise UsageError("there is nothing to write: the text is empty")
    if len(text) > TEXT_MAX:
        raise UsageError(f"the text has {len(text)} characters; at most {TEXT_MAX} fit, put the rest into a file")
