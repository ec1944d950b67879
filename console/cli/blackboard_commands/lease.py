"""Owns how long a claim holds: the --lease of claim and renew, and its defaults."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.errors import UsageError

__all__ = ("EXTERNAL", "STARTED", "add_lease", "lease_of")

STARTED = 90
"""Seconds for a session that the scheduler started: its runner renews it all the time."""
EXTERNAL = 900
"""Seconds for an external session: nobody renews it but the agent itself, which thinks for minutes."""
LONGEST = 86_400


def add_lease(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument("--lease", type=int, metavar="SECONDS", help=f"how long the claim holds (external: {EXTERNAL})")


def lease_of(call: Call, default: int) -> int:
    """Seconds. Raises UsageError for one that is out of range."""
    lease = default if call.asked.lease is None else int(call.asked.lease)
    if not 10 <= lease <= LONGEST:
        raise UsageError(f"--lease {lease}: expected 10 to {LONGEST} seconds")
    return lease
