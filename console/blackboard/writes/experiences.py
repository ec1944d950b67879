"""Owns the write of an experience: what was learnt, with tags, for the tasks that come later."""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.notes import TEXT_MAX, check_claim
from console.blackboard.writes.stamps import as_json, stamped, the_task
from console.errors import UsageError
from console.records.actor import Actor

__all__ = ("record_experience",)

TITLE_MAX = 500


def record_experience(
    db: Database,
    *,
    title: str,
    body: str,
    tags: tuple[str, ...] = (),
    task_id: int | None = None,
    fence: int | None = None,
    by: Actor,
    now: int,
) -> int:
    """Record an experience and return its number; the same title and body again give the number of the first.

    With a `fence` the writer's claim must still hold. Raises UsageError, StaleFence, NotFound.
    """
    if not title.strip() or not body.strip():
        raise UsageError("an experience needs a title and a body")
    if len(title) > TITLE_MAX or len(body) > TEXT_MAX:
        raise UsageError(f"an experience has a title of up to {TITLE_MAX} and a body of up to {TEXT_MAX} characters")
    with write(db):
        check_claim(db, by, fence, now)
        if task_id is not None:
            the_task(db, task_id)
        row = db.execute(
            "SELECT id FROM experiences WHERE title = ? AND body = ? AND task_id IS ?", (title, body, task_id)
        ).fetchone()
        if row is not None:
            return int(row["id"])
        done = db.execute(
            "INSERT INTO experiences (task_id, title, body, tags, at, actor, origin, in_session)"
            " VALUES (:task, :title, :body, :tags, :now, :actor, :origin, :in_session)",
            stamped(by, now, task=task_id, title=title, body=body, tags=as_json(tags)),
        )
    return int(done.lastrowid or 0)
