"""Owns the end of a session whose task is to wait for the operator: both in one transaction, or neither."""

from __future__ import annotations

from contextlib import suppress

from console.blackboard.connection import Database, write
from console.blackboard.writes.sessions import end_session
from console.blackboard.writes.tasks import hold_task
from console.errors import Conflict
from console.records.actor import SCHEDULER, Actor
from console.records.session import Session, SessionStatus

__all__ = ("ELSEWHERE", "end_and_hold")

ELSEWHERE = "ended elsewhere"
"""Stands for a rule where a task is held because somebody ended its session past us."""


def end_and_hold(
    db: Database, session_id: str, *, failure: str, tail: str | None, reason: str, by: Actor = SCHEDULER, now: int
) -> Session:
    """As `end_session`, and its task is held; one that is held for another reason, or is settled, stays as it is."""
    with write(db):
        ended = end_session(db, session_id, status=SessionStatus.CANCELLED, failure=failure, tail=tail, by=by, now=now)
        with suppress(Conflict):
            hold_task(db, ended.task_id, reason=reason, rule=ELSEWHERE, by=by, now=now)
    return ended
