"""Owns the writes of an experience's own life: recorded by hand, used by a session, deprecated when nobody uses it.

What is drawn from a session by itself is in `lessons`, what becomes a skill in `distillations`.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.blackboard.connection import Database, write
from console.blackboard.writes.experience_upkeep import index_changed
from console.blackboard.writes.notes import TEXT_MAX, check_claim
from console.blackboard.writes.stamps import STAMP, as_json, stamped, the_task
from console.crash import crash_point
from console.errors import UsageError
from console.records.actor import Actor
from console.records.experience import Attached

__all__ = ("count_uses", "expire_experiences", "record_experience")

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
            "INSERT INTO experiences (task_id, title, body, tags, at, created_by, updated_at, actor, origin, in_session)"
            " VALUES (:task, :title, :body, :tags, :now, :actor, :now, :actor, :origin, :in_session)",
            stamped(by, now, task=task_id, title=title, body=body, tags=as_json(tags)),
        )
        number = int(done.lastrowid or 0)
        index_changed(db)
    return number


def count_uses(db: Database, session: str, attached: Iterable[Attached], *, by: Actor, now: int) -> int:
    """Note that these went along with the prompt of `session`; how many it had not been noted of before."""
    new = 0
    with write(db):
        for one in attached:
            number = one.experience.id
            done = db.execute(
                "INSERT INTO experience_uses (session, experience, reason, at) SELECT :session, id, :reason, :now"
                " FROM experiences WHERE id = :id ON CONFLICT (session, experience) DO NOTHING",
                {"session": session, "id": number, "reason": one.reason, "now": now},
            )
            if done.rowcount == 1:
                new += 1
                db.execute(
                    f"UPDATE experiences SET uses = uses + 1, last_use_at = max(coalesce(last_use_at, 0), :now), {STAMP}"
                    " WHERE id = :id",
                    stamped(by, now, id=number),
                )
        crash_point("uses.before_commit")
    return new


def expire_experiences(db: Database, *, before: int, by: Actor, now: int) -> tuple[int, ...]:
    """Deprecate the active ones that nobody has referred to since `before` (epoch ms); their numbers."""
    with write(db):
        rows = db.execute(
            "SELECT id FROM experiences INDEXED BY experiences_idle"
            " WHERE status = 'active' AND coalesce(last_use_at, at) <= ? ORDER BY id",
            (before,),
        ).fetchall()
        for row in rows:
            db.execute(
                f"UPDATE experiences SET status = 'deprecated', {STAMP} WHERE id = :id", stamped(by, now, id=row["id"])
            )
        crash_point("expire.before_commit")
    return tuple(row["id"] for row in rows)
