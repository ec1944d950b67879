"""Owns the end of a report's task: its output, its notice and its status in one step, or the reason why there is none.

The file itself is written before, by whoever calls; to write it twice changes nothing.
"""

from __future__ import annotations

import json

from console.blackboard.connection import Database, write
from console.blackboard.reads.report import mark_key
from console.blackboard.writes.notes import end_alert, observe
from console.blackboard.writes.outputs import record_output
from console.blackboard.writes.stamps import move, the_task
from console.crash import crash_point
from console.records.actor import Actor
from console.records.task import Task, TaskKind, TaskStatus

__all__ = ("fail_report", "finish_report")


def finish_report(
    db: Database,
    task_id: int,
    *,
    path: str,
    sha256: str,
    size: int,
    notice: str,
    until: int,
    mark: int,
    by: Actor,
    now: int,
) -> Task:
    """Record the report at `path` as the task's output, end the task, tell of it. Doing so twice is fine.

    `until` (epoch ms) and `mark` are where the next report goes on. The notice of the schedule's last report ends.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status != TaskStatus.PENDING or task.kind != TaskKind.REPORT:
            return task
        record_output(db, task_id, path=path, kind="report", sha256=sha256, size=size, by=by, now=now)
        move(db, task, "report", TaskStatus.DONE, by, now, applied_at=until, failure=None)
        db.execute(
            "INSERT INTO answers (key, answer, at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET answer = excluded.answer",
            (mark_key(task_id), json.dumps(mark), now),
        )
        cause = f"report:{task.schedule or task.id}"
        end_alert(db, cause, now=now)
        observe(db, notice, cause=cause, task_id=task_id, by=by, now=now)
        crash_point("report.before_commit")
    crash_point("report.after_commit")
    return the_task(db, task_id)


def fail_report(db: Database, task_id: int, *, reason: str, by: Actor, now: int) -> Task:
    """It could not be written: the task has failed and waits for the operator, whose retry writes it again."""
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status == TaskStatus.PENDING and task.kind == TaskKind.REPORT:
            move(db, task, "report", TaskStatus.FAILED, by, now, failure=reason[:500])
    return the_task(db, task_id)
