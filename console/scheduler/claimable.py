"""Owns what about a task itself keeps it from being claimed: the refusals as the scheduler foresees them.

The claim decides in its own transaction; this only keeps the scheduler from asking in vain, and explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.records.grace import Grace
from console.records.review import ReviewStatus
from console.records.task import Task, TaskKind, TaskStatus
from console.scheduler.snapshot import Present
from console.scheduler.why import Why

__all__ = ("graced", "holder_of", "refusal")


def refusal(
    task: Task,
    now: int,
    present: Iterable[Present],
    plans: Mapping[int, ReviewStatus],
    graces: Mapping[int, Grace],
) -> Why | None:
    """Why the task may not be claimed at `now`, whoever asks. `plans` are those whose plan is not approved yet."""
    match task.status:
        case TaskStatus.WORKING:
            return Why.WORKING
        case TaskStatus.HELD:
            return Why.HELD
        case TaskStatus.PENDING:
            pass
        case _:
            return Why.SETTLED
    if task.kind == TaskKind.REPORT:
        return Why.REPORT
    if task.blocked_by:
        return Why.BLOCKED
    if task.not_before is not None and now < task.not_before:
        return Why.TOO_EARLY
    if task.retry_at is not None and now < task.retry_at:
        return Why.BACKING_OFF
    if task.id in plans:
        return Why.PLAN_CHANGES if plans[task.id] == ReviewStatus.CHANGES_REQUESTED else Why.PLAN_REVIEW
    if graced(task.id, now, graces):
        return Why.GRACE
    return Why.UNCONFIRMED if holder_of(task.id, present) else None


def graced(task_id: int, now: int, graces: Mapping[int, Grace]) -> bool:
    """Whether a verdict that can still be taken back keeps the task, and who is to review it, from starting."""
    return task_id in graces and now < graces[task_id].until


def holder_of(task_id: int, present: Iterable[Present]) -> Present | None:
    """The session on the task itself (no reviewer's) whose process is not confirmed gone."""
    return next((p for p in present if p.session.task_id == task_id and p.session.seat_id is None), None)
