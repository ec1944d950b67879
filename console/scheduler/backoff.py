"""Owns when a failed attempt is repeated: `retry.base` times `retry.factor` for each attempt before, up to `retry.cap`.

Its jitter follows from what the session was for, so that a decision can be replayed.
"""

from __future__ import annotations

import zlib

from console.records.policy import Policy
from console.records.session import Session

__all__ = ("retry_at",)

JITTER = 0.25
"""The largest part of the delay that jitter takes away. It only shortens, so that the cap holds."""


def retry_at(session: Session, attempt: int, policy: Policy, now: int) -> int:
    """Epoch ms when the next attempt after `attempt` (from 1) may start."""
    delay = policy.retry_base
    for _ in range(attempt - 1):
        # Stops at the cap: the power itself would overflow where a task was tried very often.
        if delay >= policy.retry_cap:
            break
        delay *= policy.retry_factor
    what_for = f"{session.agent} {session.task_id} {session.fence}"
    luck = zlib.crc32(what_for.encode()) / 0xFFFFFFFF
    return now + round(min(delay, policy.retry_cap) * (1 - JITTER * luck) * 1000)
