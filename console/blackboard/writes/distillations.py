"""Owns the distillation: experiences of a tag become one task, and its end. Each experience is taken once at most.

Every step is one transaction that looks again at what it was decided on, so it may be asked for twice or too late.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.experience_upkeep import index_changed
from console.blackboard.writes.notes import end_alert, observe
from console.blackboard.writes.stamps import STAMP, change, stamped, the_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.blackboard.writes.verdicts import reopen_task
from console.crash import crash_point
from console.errors import Conflict
from console.prompts.distil import SKILL_FILES, distil_words
from console.records.actor import Actor
from console.records.experience import Experience
from console.records.learning import DistillationStatus
from console.records.task import Task, TaskKind, TaskStatus

__all__ = ("begin_distillation", "drop_distillation", "finish_distillation", "refuse_skill")

MOST = 20
"""Experiences that one task takes, unless the threshold is higher; the rest counts towards the next."""
REVIEWS = ("output_review",)


def begin_distillation(db: Database, tag: str, *, threshold: int, role: str | None, by: Actor, now: int) -> Task | None:
    """Make the task that distils the oldest experiences of `tag`, and take them.

    None where one of the tag is open already, or fewer than `threshold` are left that no other took.
    """
    with write(db, durable=True):
        index_changed(db)
        if db.execute("SELECT 1 FROM distillations WHERE tag = ? AND status = 'open'", (tag,)).fetchone():
            return None
        rows = db.execute(
            "SELECT e.* FROM experience_tags t JOIN experiences e ON e.id = t.experience"
            " WHERE t.tag = ? AND e.status = 'active' AND e.distillation IS NULL ORDER BY e.id LIMIT ?",
            (tag, max(MOST, threshold)),
        ).fetchall()
        if len(rows) < threshold:
            return None
        members = [Experience.from_row(row) for row in rows]
        title, body = distil_words(tag, members)
        new = NewTask(
            title=title, body=body, role=role, kind=TaskKind.DISTIL, reviews=REVIEWS, expect=SKILL_FILES
        )  # fmt: skip
        task = create_task(db, new, by=by, now=now)
        _take(db, tag, task, members, by, now)
        crash_point("distil.before_commit")
    crash_point("distil.after_commit")
    return task


def finish_distillation(db: Database, task_id: int, *, skill: str, by: Actor, now: int) -> bool:
    """The skill is installed as `skill` (id@version): what it was made of is distilled. False where that was done before."""
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.applied_at is not None or task.status != TaskStatus.DONE:
            return False
        number = _settle(db, task_id, DistillationStatus.DONE, by, now, skill=skill)
        db.execute(
            f"UPDATE experiences SET status = 'distilled', {STAMP} WHERE distillation = :id AND status <> 'distilled'",
            stamped(by, now, id=number),
        )
        change(db, task_id, by, now, applied_at=now)
        end_alert(db, _cause(task_id), now=now)
        crash_point("distilled.before_commit")
    return True


def drop_distillation(db: Database, task_id: int, *, by: Actor, now: int) -> bool:
    """Its task came to nothing; False where it is not so (any more). What it took stays taken: a retry of the task uses it."""
    with write(db):
        task = the_task(db, task_id)
        row = db.execute("SELECT status FROM distillations WHERE task_id = ?", (task_id,)).fetchone()
        ended = task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED)
        if row is None or row["status"] != DistillationStatus.OPEN or not ended:
            return False
        _settle(db, task_id, DistillationStatus.DROPPED, by, now)
        end_alert(db, _cause(task_id), now=now)
    return True


def refuse_skill(db: Database, task_id: int, *, reason: str, by: Actor, now: int) -> bool:
    """What was approved is no skill: an alert says why, and the task waits for the operator again. False where it is late."""
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.applied_at is not None or task.status != TaskStatus.DONE:
            return False
        body = f"task #{task_id} handed in no skill that can be used: {reason}"[:2000]
        try:
            reopen_task(db, task_id, reason=body, by=by, now=now)
        except Conflict:  # something was built upon it: there is no way back, and it is not tried again
            change(db, task_id, by, now, applied_at=now)
            _settle(db, task_id, DistillationStatus.DROPPED, by, now)
        observe(db, body, cause=_cause(task_id), task_id=task_id, by=by, now=now)
        crash_point("refuse_skill.before_commit")
    return True


def _take(db: Database, tag: str, task: Task, members: list[Experience], by: Actor, now: int) -> None:
    done = db.execute(
        "INSERT INTO distillations (tag, task_id, at, updated_at, actor, origin, in_session)"
        " VALUES (:tag, :task, :now, :now, :actor, :origin, :in_session)",
        stamped(by, now, tag=tag, task=task.id),
    )
    for member in members:
        db.execute(
            f"UPDATE experiences SET distillation = :distillation, last_use_at = :now, {STAMP} WHERE id = :id",
            stamped(by, now, id=member.id, distillation=done.lastrowid),
        )


def _settle(
    db: Database, task_id: int, status: DistillationStatus, by: Actor, now: int, skill: str | None = None
) -> int:
    db.execute(
        f"UPDATE distillations SET status = :status, skill = coalesce(:skill, skill), {STAMP} WHERE task_id = :id",
        stamped(by, now, id=task_id, status=str(status), skill=skill),
    )
    (number,) = db.execute("SELECT id FROM distillations WHERE task_id = ?", (task_id,)).fetchone()
    return int(number)


def _cause(task_id: int) -> str:
    return f"skill:{task_id}"
