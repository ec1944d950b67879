"""Owns `blackboard renew`: keeps the claim for another lease."""

from __future__ import annotations

import argparse

from console.blackboard.writes.claims import check_fence, renew
from console.cli.blackboard_commands.call import Call
from console.cli.blackboard_commands.claim import session_json
from console.cli.blackboard_commands.lease import EXTERNAL, STARTED, add_lease, lease_of
from console.clock import iso

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """How long."""
    add_lease(parser)


def run(call: Call) -> None:
    """Renew, and print until when."""
    session_id, fence = call.need_claim()
    with call.blackboard() as db:
        external = check_fence(db, session_id, fence).backend == "external"
        lease = lease_of(call, EXTERNAL if external else STARTED)
        renew(db, session_id, fence, lease_ms=lease * 1000, now=call.now())
        session = check_fence(db, session_id, fence)
        call.out.one(session_json(db, session), f"yours until {iso(session.lease_until)}")
