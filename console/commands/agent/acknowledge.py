"""Owns the acknowledgement of a claim that the scheduler made: the agent is there, and knows what it works on."""

from __future__ import annotations

from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.sessions import note_word
from console.commands.agent.desk import Desk
from console.errors import UsageError
from console.records.session import Session

__all__ = ("acknowledge",)


def acknowledge(desk: Desk, task: int | None = None) -> Session:
    """Confirm the claim that this is asked under. Raises UsageError where its session works on another `task`, StaleFence."""
    session_id, fence = desk.need_claim()
    with desk.blackboard() as db:
        session = check_fence(db, session_id, fence)
        if task not in (None, session.task_id):
            raise UsageError(f"this session works on #{session.task_id}; it cannot claim #{task} too")
        note_word(db, session_id, now=desk.now())
    return session
