"""Owns the state of a project as a whole: paused or not. A row, so it outlives every restart."""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.reads.tasks import state
from console.blackboard.writes.stamps import STAMP, stamped
from console.records.actor import Actor
from console.records.project import ProjectState

__all__ = ("pause_project", "resume_project")


def pause_project(db: Database, *, reason: str | None = None, by: Actor, now: int) -> ProjectState:
    """Stop new claims in this project; what works goes on. Pausing twice is fine."""
    with write(db, durable=True):
        if state(db).paused_at is None:
            db.execute(
                f"UPDATE project SET paused_at = :now, paused_by = :actor, pause_reason = :reason, {STAMP} WHERE id = 1",
                stamped(by, now, reason=reason),
            )
    return state(db)


def resume_project(db: Database, *, by: Actor, now: int) -> ProjectState:
    """Let the project go on. Resuming twice is fine."""
    with write(db, durable=True):
        if state(db).paused_at is not None:
            db.execute(
                f"UPDATE project SET paused_at = NULL, paused_by = NULL, pause_reason = NULL, {STAMP} WHERE id = 1",
                stamped(by, now),
            )
    return state(db)
