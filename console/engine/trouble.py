"""Owns why a project is set aside, in words for the operator, and when it is tried again. It looks at nothing but locks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import psutil

from console.blackboard.lockers import lockers
from console.errors import ConfigError, Conflict, DatabaseSetAside, Locked, MoziError

__all__ = ("FIRST_RETRY", "LAST_RETRY", "Trouble", "named")

FIRST_RETRY, LAST_RETRY = 1.0, 60.0
"""Seconds until a project that is set aside is tried again; doubled each time."""


@dataclass(slots=True)
class Trouble:
    """Why a project is set aside."""

    error: MoziError
    delay: float
    next_try: float
    """On the monotonic clock."""
    told: bool = False

    @classmethod
    def after(cls, before: Trouble | None, error: MoziError, now: float) -> Trouble:
        """The trouble that `error` is, `before` being the one until now; `now` is monotonic."""
        delay = FIRST_RETRY if before is None else min(before.delay * 2, LAST_RETRY)
        return cls(error, delay, now + delay, told=_alarming(error, before.error if before is not None else None))


async def named(project: str, error: Exception) -> MoziError:
    """`error` as one of ours; who keeps a database locked is named where the system tells it."""
    if not isinstance(error, Locked):
        return error if isinstance(error, MoziError) else MoziError(f"{project}: {error!r}")
    pids = await asyncio.to_thread(lockers, error.path)
    if not pids:
        return error
    who = ", ".join(f"{_name(pid)} (pid {pid})" for pid in pids)
    return Locked(
        f"{error.path.parent.name}/{error.path.name} is kept locked by {who}; end it, or wait", path=error.path
    )


def _name(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return "a program"


def _alarming(error: MoziError, before: MoziError | None) -> bool:
    """Whether the operator should hear of it as an alert of its own; wrong settings have theirs already.

    A folder that is just being made or moved looks incomplete for a moment: that alone alarms nobody.
    """
    if isinstance(error, ConfigError | Conflict):
        return False
    return not _missing(error) or _missing(before)


def _missing(error: MoziError | None) -> bool:
    return isinstance(error, DatabaseSetAside) and error.cause == "missing"
