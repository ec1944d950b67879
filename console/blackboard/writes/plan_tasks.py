"""Owns what becomes of an approved plan: all its tasks in one transaction, or the operator's word where it cannot be used.

Each happens once: the planning task remembers that its plan took effect, and leaves `done` where it was refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.blackboard.connection import Database, write
from console.blackboard.reads.outputs import latest_outputs
from console.blackboard.writes.notes import add_comment
from console.blackboard.writes.reviews import close_reviews, open_for_operator
from console.blackboard.writes.stamps import change, move, the_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.crash import crash_point
from console.errors import Conflict
from console.plans.graph import in_order
from console.plans.plan import PLAN, Plan, Planned
from console.records.actor import SCHEDULER, Actor
from console.records.note import CommentType
from console.records.task import Task, TaskKind, TaskStatus

__all__ = ("apply_plan", "refuse_plan")

SAID_MAX = 20_000
"""Characters of the reasons that are kept with the task."""


def apply_plan(
    db: Database, task_id: int, plan: Plan, *, sha256: str, by: Actor = SCHEDULER, now: int
) -> tuple[int, ...]:
    """Make the tasks of `plan`, which was read from the recorded version `sha256`; their ids, in an order to work in.

    Empty where the plan took effect before. Raises Conflict where the task is no longer a plan that is done, or another
    version was recorded meanwhile.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.applied_at is not None:
            return ()
        _refuse_other(db, task, sha256)
        ids: dict[str, int] = {}
        planned = {one.key: one for one in plan.tasks}
        for key in in_order({one.key: one.after for one in plan.tasks}):
            ids[key] = create_task(db, _new(planned[key], task, ids), by=by, now=now).id
        if len(ids) != len(plan.tasks):
            raise Conflict(f"the plan of #{task_id} has a circle; nothing was made of it")
        change(db, task_id, by, now, applied_at=now)
        crash_point("plan.before_commit")
    crash_point("plan.after_commit")
    return tuple(ids.values())


def refuse_plan(db: Database, task_id: int, problems: Sequence[str], *, by: Actor = SCHEDULER, now: int) -> Task:
    """Ask the operator about a plan that was approved and cannot be used: its task waits in review, with every reason.

    Nothing happens where the task has moved on.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.kind != TaskKind.PLAN or task.status != TaskStatus.DONE or task.applied_at is not None:
            return task
        said = "The plan was approved and cannot be used as it is:\n\n" + "\n".join(f"- {one}" for one in problems)
        more = f" (and {len(problems) - 1} more; see the comment)" if len(problems) > 1 else ""
        reason = f"its plan cannot be used: {problems[0]}"[:500] + more
        author = db.execute(
            "SELECT author FROM reviews WHERE task_id = ? ORDER BY id DESC LIMIT 1", (task_id,)
        ).fetchone()
        close_reviews(db, task_id, "its plan cannot be used", by, now, approved_too=True)
        move(db, task, "reopen", TaskStatus.REVIEW, by, now, failure=None)
        add_comment(db, task_id, said[:SAID_MAX], comment_type=CommentType.SYSTEM, by=by, now=now)
        agent = author["author"] if author is not None else None
        open_for_operator(db, the_task(db, task_id), agent, None, said[:SAID_MAX], reason, by, now)
        crash_point("plan.before_refusal")
    return the_task(db, task_id)


def _refuse_other(db: Database, task: Task, sha256: str) -> None:
    if task.kind != TaskKind.PLAN or task.status != TaskStatus.DONE:
        raise Conflict(f"task #{task.id} is no plan that is done: it is {task.status}")
    recorded = {output.path: output.sha256 for output in latest_outputs(db, task.id)}
    if recorded.get(PLAN) != sha256:
        raise Conflict(f"another version of the plan of #{task.id} was recorded meanwhile")


def _new(one: Planned, plan: Task, ids: dict[str, int]) -> NewTask:
    return NewTask(
        title=one.title,
        body=one.body,
        assignee=one.assignee,
        role=one.role,
        needs=one.needs,
        tags=one.tags,
        priority=one.priority,
        deadline=one.deadline,
        after=tuple(ids[key] for key in one.after),
        parent=plan.id,
        reviews=one.reviews,
        expect=one.expect,
        on_failure=one.on_failure,
        undo=one.undo,
        from_task=plan.id,
    )
