"""Owns the state of a project as a whole: paused, archived, or neither. A row, so it outlives every restart."""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.reads.tasks import state
from console.blackboard.writes.stamps import STAMP, stamped
from console.crash import crash_point
from console.errors import Conflict
from console.records.actor import Actor
from console.records.project import ProjectState

__all__ = ("archive_project", "pause_project", "resume_project", "unarchive_project")


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


def archive_project(db: Database, *, by: Actor, now: int) -> ProjectState:
    """Allow no claim from now on; archiving twice is fine.

    Raises Conflict while a task works or a session is not confirmed gone. Claims look at the same row in a transaction of
    their own, so either the claim is first and this is refused, or this is first and the claim is.
    """
    with write(db, durable=True):
        _refuse_while_at_work(db)
        if not state(db).archived:
            db.execute(f"UPDATE project SET archived = 1, {STAMP} WHERE id = 1", stamped(by, now))
            ended = "UPDATE observations SET ended_at = ?, rev = rev + 1 WHERE cause IS NOT NULL AND ended_at IS NULL"
            db.execute(ended, (now,))
        crash_point("archive.before_commit")
    crash_point("archive.after_commit")
    return state(db)


def unarchive_project(db: Database, *, by: Actor, now: int) -> ProjectState:
    """Allow claims again; unarchiving twice is fine."""
    with write(db, durable=True):
        if state(db).archived:
            db.execute(f"UPDATE project SET archived = 0, {STAMP} WHERE id = 1", stamped(by, now))
    return state(db)


def _refuse_while_at_work(db: Database) -> None:
    project = state(db).project
    row = db.execute("SELECT agent, task_id FROM sessions WHERE gone_at IS NULL ORDER BY created_at LIMIT 1").fetchone()
    if row is not None:
        raise Conflict(
            f"{row['agent']} is at work on {project}#{row['task_id']}; wait, or stop it with"
            f" `moziplus estop --project {project}`"
        )
    row = db.execute("SELECT id FROM tasks WHERE status = 'working' ORDER BY id LIMIT 1").fetchone()
    if row is not None:
        raise Conflict(f"{project}#{row['id']} is being worked on; wait, or cancel it")
