"""Owns the questions about tasks' git worktrees: one, those that are kept and why, those whose work was discarded."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.task import Task
from console.records.worktree import TaskWorktree

__all__ = ("kept_worktrees", "old_discards", "sharing", "tidiable", "worktree_row")


def worktree_row(db: Database, task_id: int) -> TaskWorktree | None:
    """What is known of the worktree that a task has or had."""
    with translated(db.path):
        if not _known(db):
            return None
        row = db.execute("SELECT * FROM worktrees WHERE task_id = ?", (task_id,)).fetchone()
    return None if row is None else TaskWorktree.from_row(row)


def tidiable(db: Database, *, limit: int = 200) -> tuple[Task, ...]:
    """Tasks that have ended, still have a worktree, and share it with no task or session that goes on."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM tasks WHERE work_folder IS NOT NULL AND status IN ('done', 'cancelled')"
            " AND NOT EXISTS (SELECT 1 FROM tasks o WHERE o.work_folder = tasks.work_folder"
            "   AND o.status NOT IN ('done', 'cancelled'))"
            " AND NOT EXISTS (SELECT 1 FROM sessions s JOIN tasks o ON o.id = s.task_id"
            "   WHERE s.gone_at IS NULL AND o.work_folder = tasks.work_folder)"
            " ORDER BY updated_at LIMIT ?",
            (limit,),
        ).fetchall()
    return tuple(Task.from_row(row) for row in rows)


def sharing(db: Database, task: Task) -> tuple[Task, ...]:
    """The tasks that work in the same worktree, this one among them."""
    if task.work_folder is None:
        return (task,)
    with translated(db.path):
        rows = db.execute("SELECT * FROM tasks WHERE work_folder = ? ORDER BY id", (task.work_folder,)).fetchall()
    return tuple(Task.from_row(row) for row in rows)


def kept_worktrees(db: Database) -> tuple[tuple[Task, TaskWorktree], ...]:
    """Worktrees of ended tasks that were not tidied away, the largest first."""
    with translated(db.path):
        if not _known(db):
            return ()
        rows = db.execute(
            "SELECT tasks.* FROM tasks JOIN worktrees ON worktrees.task_id = tasks.id"
            " WHERE work_folder IS NOT NULL AND kept <> '[]' AND status IN ('done', 'cancelled')"
            " ORDER BY size DESC, tasks.id"
        ).fetchall()
    tasks = [Task.from_row(row) for row in rows]
    found = ((task, worktree_row(db, task.id)) for task in tasks)
    return tuple((task, row) for task, row in found if row is not None)


def old_discards(db: Database, now: int) -> tuple[TaskWorktree, ...]:
    """Those whose time is over for which discarded work is kept."""
    with translated(db.path):
        if not _known(db):
            return ()
        rows = db.execute(
            "SELECT * FROM worktrees WHERE discarded IS NOT NULL AND discarded_until < ?", (now,)
        ).fetchall()
    return tuple(TaskWorktree.from_row(row) for row in rows)


def _known(db: Database) -> bool:
    """A blackboard that was opened read-only may still be of the version before."""
    return bool(db.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'worktrees'").fetchone())
