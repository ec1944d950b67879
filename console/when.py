"""Owns how people and agents write a moment: an ISO date or time, or `2d`, `4h`, `30m`, `1w` from now; and a span."""

from __future__ import annotations

import re

from console.days import written
from console.errors import UsageError

__all__ = ("moment", "span")

_FROM_NOW = re.compile(r"\+?([0-9]{1,5})([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"([0-9]{1,5})([mhdw])")
_LAST = 253_402_300_799_000  # the end of the year 9999


def moment(text: str, now: int, *, last_of_day: bool = False) -> int:
    """Epoch ms. Times without a zone are this machine's; a bare date is its first moment, or its last. Raises UsageError."""
    text = text.strip()
    if found := _FROM_NOW.fullmatch(text.lower()):
        return min(now + int(found[1]) * _SECONDS[found[2]] * 1000, _LAST)
    try:
        return written(text, last_of_day=last_of_day)
    except ValueError:
        raise UsageError(
            f"{text[:40]!r} is no moment: write 2026-11-30, 2026-11-30T18:00, or 2d, 4h, 30m from now"
        ) from None


def span(text: str) -> int:
    """Seconds of `30m`, `4h`, `2d`, `1w`. Raises UsageError."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        raise UsageError(f"{text[:40]!r} is no span of time: write 30m, 4h, 2d or 1w")
    return int(found[1]) * _SECONDS[found[2]]
