"""Owns the request to stop a session, as it is written inside another command's transaction.

Never ends anything itself: whoever holds the process does, and the slot is free only at its confirmed death.
"""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.writes.stamps import STAMP, stamped
from console.records.actor import Actor
from console.records.session import StopReason

__all__ = ("ask_to_stop",)


def ask_to_stop(
    db: Database, session_id: str, reason: StopReason, by: Actor, now: int, *, failure: str | None = None
) -> None:
    """Record that the session is to be stopped, and why; the first reason stays, and one that is gone is left alone.

    `failure` says more of the reason, where its result is not settled.
    """
    db.execute(
        f"UPDATE sessions SET stop_reason = coalesce(stop_reason, :reason), stop_requested_at = :now,"
        f" failure = iif(stop_reason IS NULL AND ended_at IS NULL, coalesce(:failure, failure), failure), {STAMP}"
        " WHERE id = :id AND gone_at IS NULL",
        stamped(by, now, id=session_id, reason=str(reason), failure=failure or None),
    )
