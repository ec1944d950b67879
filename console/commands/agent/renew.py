"""Owns how a claim is kept for another lease."""

from __future__ import annotations

from console.backends import traits_of
from console.blackboard.writes import claims as writes
from console.commands.agent.desk import Desk
from console.commands.agent.lease import EXTERNAL, STARTED, lease_ms
from console.records.session import Session

__all__ = ("renew",)


def renew(desk: Desk, lease: int | None = None) -> Session:
    """Keep it for `lease` seconds more, or as long as is usual. Raises UsageError, StaleFence."""
    session, fence = desk.need_claim()
    with desk.blackboard() as db:
        usual = EXTERNAL if traits_of(writes.check_fence(db, session, fence).backend).claims else STARTED
        writes.renew(db, session, fence, lease_ms=lease_ms(lease, usual), now=desk.now())
        return writes.check_fence(db, session, fence)
