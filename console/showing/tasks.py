"""Owns a task as it is shown whole: with its neighbours, outputs, comments, asks, sessions and reviews."""

from __future__ import annotations

from console.agents.handing_over import fill_of
from console.api.ask import Ask
from console.api.session import Session
from console.api.shape import widened
from console.api.task import Cap, Decided, Near, Output, Task, TaskShown
from console.api.thread import Comment, Thread
from console.blackboard.connection import Database
from console.blackboard.reads.asks import asks_of, open_by_session
from console.blackboard.reads.guardrails import decisions_on
from console.blackboard.reads.notes import comments
from console.blackboard.reads.outputs import latest_outputs
from console.blackboard.reads.reviews import reviews_of, thread
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import children, dependencies, dependents, get_task
from console.blackboard.reads.usage import cap_of
from console.blackboard.reads.worktrees import worktree_row
from console.records.session import resumed
from console.showing.worktrees import worktree_record

__all__ = ("shown_task",)


def shown_task(project: str, task_id: int, db: Database) -> TaskShown:
    """A task with its neighbours, outputs, comments, sessions and reviews. Raises NotFound."""
    waiting = open_by_session(db)
    folder, task = db.path.parent / "artifacts" / str(task_id), get_task(db, task_id)
    worked = sessions_of(db, task_id)
    before, cap = resumed(worked), cap_of(db, task_id)
    return widened(
        TaskShown,
        Task.of(project, task),
        cap=Cap.of(cap) if cap.any else None,
        depends_on=tuple(map(Near.of, dependencies(db, task_id))),
        dependents=tuple(map(Near.of, dependents(db, task_id))),
        children=tuple(map(Near.of, children(db, task_id))),
        outputs=tuple(Output.of(str(folder / one.path), one) for one in latest_outputs(db, task_id)),
        comments=tuple(map(Comment.of, comments(db, task_id))),
        asks=tuple(Ask.of(project, one) for one in asks_of(db, task_id)),
        sessions=tuple(
            Session.of(project, one, waiting.get(one.id, ()), before.get(one.id), fill_of(one.folder, one.external_id))
            for one in worked
        ),
        guardrails=tuple(map(Decided.of, decisions_on(db, task_id))),
        review_threads=tuple(Thread.whole(thread(db, review.id)) for review in reviews_of(db, task_id)),
        worktree=worktree_record(project, task, worktree_row(db, task_id)),
    )
