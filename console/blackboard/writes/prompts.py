"""Owns what is recorded of a session's prompt before its agent starts: the versions of the skills that it was given."""

from __future__ import annotations

from collections.abc import Sequence

from console.blackboard.connection import Database, write
from console.blackboard.writes.sessions import the_session
from console.blackboard.writes.stamps import STAMP, as_json, stamped
from console.records.actor import Actor
from console.records.session import Session

__all__ = ("record_prompt",)


def record_prompt(db: Database, session_id: str, *, skills: Sequence[str], by: Actor, now: int) -> Session:
    """Note the skills (`id@version`) that the session's prompt has. Equal ones write nothing. Raises NotFound."""
    with write(db):
        session = the_session(db, session_id)
        if session.skills != tuple(skills):
            db.execute(
                f"UPDATE sessions SET skills = :skills, {STAMP} WHERE id = :id",
                stamped(by, now, id=session_id, skills=as_json(skills)),
            )
    return the_session(db, session_id)
