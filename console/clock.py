"""Owns the reading of time. Everything that needs now takes a Clock or a number, so that tests can turn it.

Times are integers: UTC epoch milliseconds in databases and records, ISO 8601 with milliseconds in JSON.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Readings: `now` for people and databases (may jump), `monotonic` for durations (never goes back)."""

    def now(self) -> int:
        """UTC epoch milliseconds."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; stands still while the machine sleeps."""
        ...

    def continuous(self) -> float:
        """Seconds from an arbitrary start, those included that the machine slept."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds since an arbitrary start, without those that the machine slept: so on Linux, and on macOS too."""
        return time.monotonic()

    def continuous(self) -> float:
        """Seconds since an arbitrary start, with those that the machine slept."""
        if sys.platform == "darwin":
            return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
        else:
            return time.clock_gettime(time.CLOCK_BOOTTIME)


def iso(ms: int | None) -> str | None:
    """Epoch milliseconds as `2026-11-20T14:02:03.004Z`; None stays None."""
    if ms is None:
        return None
    whole, rest = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"
