"""Owns how people and agents write a moment and a span: `2d` from now, ISO 8601, and, in `when_words`, as they say it.

Reads no clock: what is relative counts from the `now` that is given. Never guesses: what may be anything is refused.
"""

from __future__ import annotations

import re
from datetime import tzinfo

from console.days import LOCAL, written
from console.errors import UsageError

__all__ = ("HOW", "moment", "past", "span")

HOW = "18:00, tomorrow 9:00, fri 17:00, 明天 18:00, 下周一 9点, 2026-11-30, 2026-11-30T18:00, or 2d, 4h, 30m from now"
"""What may be written, for errors and help."""

_FROM_NOW = re.compile(r"\+?([0-9]{1,5})([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LAST = 253_402_300_799_000  # the end of the year 9999


def moment(text: str, now: int, *, last_of_day: bool = False, zone: tzinfo = LOCAL) -> int:
    """Epoch ms. Times without a zone are those of `zone`; a day alone is its first moment, or its last.

    A time of day alone is the next such time, a weekday alone the next such day, `下周一` the Monday of next week.
    Raises UsageError for what is no moment.
    """
    if found := _FROM_NOW.fullmatch(text.strip().lower()):
        return min(now + int(found[1]) * _SECONDS[found[2]] * 1000, _LAST)
    try:
        return written(text.strip(), last_of_day=last_of_day)
    except ValueError:
        pass
    from console.when_words import in_words  # only for what is neither: `blackboard` starts without it

    at = in_words(text, now, last_of_day=last_of_day, zone=zone)
    if at is None:
        raise UsageError(f"{text.strip()[:40]!r} is no moment: write {HOW}")
    return min(at, _LAST)


def past(text: str, now: int, *, zone: tzinfo = LOCAL) -> int:
    """Epoch ms of a moment that has been: `2h` is two hours ago, a time of day alone the last such time. Raises UsageError."""
    if found := _FROM_NOW.fullmatch(text.strip().lower()):
        return max(0, now - int(found[1]) * _SECONDS[found[2]] * 1000)
    at = moment(text, now - 86_400_000, zone=zone)
    if at > now:
        raise UsageError(f"{text.strip()[:40]!r} is still to come: write 10m, 2h, 9:30 or 2026-11-28T09:12Z")
    return at


def span(text: str) -> int:
    """Seconds of `30m`, `4h`, `2d`, `1w`. Raises UsageError."""
    from console.when_words import seconds

    found = seconds(text)
    if not found:
        raise UsageError(f"{text[:40]!r} is no span of time: write 30m, 4h, 2d or 1w")
    return found
