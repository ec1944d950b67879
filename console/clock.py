"""Owns the reading of time. Everything that needs now takes a Clock or a number, so that tests can turn it.

Times are integers: UTC epoch milliseconds in databases and records, ISO 8601 with milliseconds in JSON.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Two readings: `now` for people and databases (may jump), `monotonic` for durations (never goes back)."""

    def now(self) -> int:
        """UTC epoch milliseconds."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; may stand still while the machine sleeps."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        return time.monotonic()


def iso(ms: int | None) -> str | None:
    """Epoch milliseconds as `2026-11-20T14:02:03.004Z`; None stays None."""
    if ms is None:
        return None
    whole, rest = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def midnight(now: int, zone: tzinfo | None = None) -> int:
    """Epoch ms of the first instant of the day in which `now` (epoch ms) lies; `zone` None is this machine's."""
    return _first_instant(_local(now, zone), zone)


def next_midnight(now: int, zone: tzinfo | None = None) -> int:
    """Epoch ms of the first instant of the day after `now`. A day has 23 to 25 hours."""
    return _first_instant(_local(now, zone) + timedelta(days=1), zone)


def _local(now: int, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(now // 1000, UTC).astimezone(zone)


def _first_instant(day: datetime, zone: tzinfo | None) -> int:
    """Where the clocks skip midnight, the day begins behind the gap; where it comes twice, with the first."""
    start = day.replace(hour=0, minute=0, second=0, microsecond=0, fold=0, tzinfo=zone)
    return int(start.astimezone(UTC).timestamp()) * 1000
