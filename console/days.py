"""Owns local days: this machine's time zone, where a day begins in it, and the instant of a time of day.

Reads no clock. Every zone is a `tzinfo`, so that tests can have any; a time that a change of clocks leaves out is the
first instant after the gap, one that comes twice is its first.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from console.errors import UsageError

__all__ = (
    "LOCAL",
    "clock_time",
    "day_of",
    "instant",
    "shown",
    "shown_today",
    "start_of_day",
    "start_of_next_day",
    "written",
    "zone_named",
)

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:点]([0-5][0-9])?分?")
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d(?:-?\d)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Machine(tzinfo):
    """The zone that the operating system is set to, with its past and future changes of clocks."""

    def utcoffset(self, when: datetime | None) -> timedelta | None:
        return None if when is None else when.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, when: datetime | None) -> timedelta | None:
        return None

    def tzname(self, when: datetime | None) -> str | None:
        return None if when is None else when.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, when: datetime) -> datetime:
        there = when.replace(tzinfo=UTC).astimezone()
        offset = there.utcoffset()
        plain = there.replace(tzinfo=None, fold=0)
        return plain.replace(tzinfo=self, fold=int(plain.astimezone().utcoffset() != offset))


LOCAL: tzinfo = _Machine()
"""This machine's zone."""


def zone_named(name: str) -> tzinfo:
    """The zone `Asia/Shanghai`. Raises UsageError where this machine knows none of that name."""
    from zoneinfo import ZoneInfo  # only where a zone is named

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise UsageError(
            f"{name[:60]!r} is no time zone that this machine knows: write one as Asia/Shanghai, Europe/Berlin or UTC"
        ) from None


def day_of(at: int, zone: tzinfo = LOCAL) -> date:
    """The day of an instant (epoch ms)."""
    return _there(at, zone).date()


def start_of_day(at: int, zone: tzinfo = LOCAL) -> int:
    """Epoch ms of the beginning of the day that `at` is in."""
    return instant(day_of(at, zone), "00:00", zone)


def start_of_next_day(at: int, zone: tzinfo = LOCAL) -> int:
    """Epoch ms of the beginning of the day after the one that `at` is in. A day has 23 to 25 hours."""
    return instant(day_of(at, zone) + timedelta(days=1), "00:00", zone)


def instant(day: date, at_time: str, zone: tzinfo = LOCAL) -> int:
    """Epoch ms of `at_time` (`HH:MM`) on `day`."""
    hour, minute = (int(part) for part in at_time.split(":"))
    wall = datetime.combine(day, time(hour, minute), zone)
    found = _ms(wall)
    if _there(found, zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    # Left out. The offsets before and after the gap give an instant behind it and one ahead of it.
    after, before = sorted((found, _ms(wall.replace(fold=1))), reverse=True)
    then = _there(after, zone).utcoffset()
    while after - before > 1000:
        middle = (before + after) // 2
        if _there(middle, zone).utcoffset() == then:
            after = middle
        else:
            before = middle
    return after // 1000 * 1000


def clock_time(text: str) -> str:
    """`7:30` as `07:30`. Raises UsageError for what is no time of day."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or (found[2] is None and ":" in text):
        raise UsageError(f"{text[:20]!r} is no time of day: write 07:30 or 18:00")
    return f"{int(found[1]):02}:{found[2] or '00'}"


def written(text: str, *, last_of_day: bool = False) -> int:
    """Epoch ms of a moment in ISO 8601. One without a zone is this machine's; a bare date is its first moment, or its last.

    Raises ValueError for what is none.
    """
    when = datetime.fromisoformat(text)
    if last_of_day and _DAY.fullmatch(text):
        when = datetime.combine(when.date(), time.min) + timedelta(days=1, milliseconds=-1)
    try:
        return int(when.astimezone().timestamp() * 1000)
    except (OverflowError, OSError) as error:
        raise ValueError(str(error)) from error


def shown(at: int, zone: tzinfo = LOCAL) -> str:
    """An instant for people: `2026-11-20 18:00`, in the zone."""
    return f"{_there(at, zone):%Y-%m-%d %H:%M}"


def shown_today(at: int, now: int, zone: tzinfo = LOCAL) -> str:
    """As `shown`; only the time of day where that is on the day of `now`."""
    return f"{_there(at, zone):%H:%M}" if day_of(at, zone) == day_of(now, zone) else shown(at, zone)


def _there(at: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)


def _ms(when: datetime) -> int:
    return (when - _EPOCH) // timedelta(milliseconds=1)
