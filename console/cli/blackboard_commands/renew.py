"""Owns `blackboard renew`: keeps the claim for another lease."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.blackboard_commands.claim import add_lease, session_json
from console.clock import iso
from console.commands.agent.renew import renew

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """How long."""
    add_lease(parser)


def run(call: Call) -> None:
    """Renew, and print until when."""
    session = renew(call.desk, call.asked.lease)
    call.out.one(session_json(call, session), f"yours until {iso(session.lease_until)}")
