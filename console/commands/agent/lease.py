"""Owns how long a claim holds: its bounds and its defaults."""

from __future__ import annotations

from console.errors import UsageError

__all__ = ("EXTERNAL", "STARTED", "lease_ms")

STARTED = 90
"""Seconds for a session that the scheduler started: its runner renews it all the time."""
EXTERNAL = 900
"""Seconds for an external session: nobody renews it but the agent itself, which thinks for minutes."""
LONGEST = 86_400


def lease_ms(seconds: int | None, default: int) -> int:
    """Milliseconds. Raises UsageError for a lease that is out of range."""
    lease = default if seconds is None else seconds
    if not 10 <= lease <= LONGEST:
        raise UsageError(f"--lease {lease}: expected 10 to {LONGEST} seconds")
    return lease * 1000
