"""Owns whether a present session still holds what it works on. The operator's act ends a claim while its process lives."""

from __future__ import annotations

from console.records.review import SeatStatus
from console.records.session import StopReason
from console.records.task import TaskStatus
from console.scheduler.snapshot import Present

__all__ = ("claim_ended",)


def claim_ended(present: Present) -> StopReason | None:
    """The reason to stop a session whose task or seat was taken from it; None while it holds it.

    A session that handed its work in ended its claim itself: its result is settled, and this is not asked.
    """
    session = present.session
    if session.seat_id is not None:
        seat = present.seat
        lost = seat is not None and (seat.status != SeatStatus.WORKING or seat.fence > session.fence)
        return StopReason.CANCEL if lost else None
    if present.task_status == TaskStatus.HELD:
        return StopReason.HOLD
    lost = present.task_status != TaskStatus.WORKING or present.task_fence > session.fence
    return StopReason.CANCEL if lost else None
