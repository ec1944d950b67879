"""Owns the time that a refusal names: an epoch, ISO 8601, a span from now, or a time of day, in whatever words.

Reads no clock. Gives nothing rather than a guess; a time of day that has just gone by is not tomorrow's.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from console.days import LOCAL, day_of, instant

__all__ = ("named_time", "reset_time")

FARTHEST = 32 * 86_400_000
"""Milliseconds; what names a later time is not believed."""
JUST_NOW = 120_000
"""A time of day is named to the minute, cut down: one that is so little past is the end of its minute."""

_WHEN = r"(?:reset|renew|retry|try again|available again|wait|until|after|refill)"
_EPOCH = re.compile(r"(?:\||\bat\W{1,3}|resets?_?(?:at)?\W{1,4})(\d{10}|\d{13})\b", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?)?")
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_PART = (
    r"\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])"
)
_SPAN = re.compile(rf"{_WHEN}\w*[^.\d]{{0,24}}?((?:{_PART}[\s,]*(?:and\s+)?)+)", re.IGNORECASE)
_ONE = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|[a-z])", re.IGNORECASE)
_AFTER = re.compile(r"retry[-_ ]?after(?:[-_ ](ms))?\W{1,4}(\d+(?:\.\d+)?)(?!\d|[-:/])", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d)(?::[0-5]\d)?)?\s*(?P<half>[ap]\.?m\b\.?)?|(?P<word>midnight|noon)"
)
_BEGINS = re.compile(rf"{_WHEN}\w*(?:[\s:·∙,-]|at\b|on\b|by\b|until\b|after\b)*", re.IGNORECASE)
_DAY = re.compile(
    rf"(?:(?P<tomorrow>tomorrow)|(?P<weekday>{'|'.join(_DAYS)})[a-z]*|(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
    r"\s+(?P<day>\d\d?)(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{4})\b)?)(?:,|\bat\b|\s|@)*",
    re.IGNORECASE,
)
_TIME = re.compile(rf"(?:{_CLOCK})\s*(?P<zone>\(?[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)*\)?)?", re.IGNORECASE)
_ZONES = {"UTC": "UTC", "GMT": "UTC", "Z": "UTC"}
_ZONES |= dict.fromkeys(("PT", "PST", "PDT"), "America/Los_Angeles") | dict.fromkeys(
    ("ET", "EST", "EDT"), "America/New_York"
)
_ZONES |= dict.fromkeys(("CET", "CEST"), "Europe/Berlin")


def named_time(value: object, now: int) -> int | None:
    """Epoch ms of a time that stands apart: epoch seconds or ms as a number, or ISO 8601."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _near(int(value * 1000 if value < 1e11 else value), now)
    return reset_time(value, now) if isinstance(value, str) else None


def reset_time(text: str, now: int, zone: tzinfo = LOCAL) -> int | None:
    """Epoch ms of the time that the text names, never before `now`; None where it names none, or none that can be."""
    if found := _EPOCH.search(text):
        return _near(int(found[1]) * (1000 if len(found[1]) == 10 else 1), now)
    if found := _ISO.search(text):
        return _near(_iso(found[1], found[2], found[3], zone), now)
    if found := _AFTER.search(text):
        return _near(now + round(float(found[2]) * (1 if found[1] else 1000)), now)
    if found := _SPAN.search(text):
        spans = (float(n) * _UNITS[unit.lower()] for n, unit in _ONE.findall(found[1]))
        return _near(now + round(sum(spans)), now)
    moments = (_of_day(text[found.end() :], now, zone) for found in _BEGINS.finditer(text))
    return next((at for at in moments if at is not None), None)


def _near(at: int | None, now: int) -> int | None:
    return max(at, now) if at is not None and now - 86_400_000 < at < now + FARTHEST else None


def _iso(day: str, clock: str | None, offset: str | None, zone: tzinfo) -> int | None:
    offset = "+00:00" if offset in ("Z", "UTC", "GMT") else offset
    try:
        when = datetime.fromisoformat(f"{day}T{clock or '00:00'}{offset or ''}")
    except ValueError:
        return None
    return int((when if when.tzinfo else when.replace(tzinfo=zone)).timestamp() * 1000)


def _of_day(rest: str, now: int, local: tzinfo) -> int | None:
    """The day, the time of day, or both, with which `rest` begins."""
    day = _DAY.match(rest)
    clock = _TIME.match(rest, day.end() if day else 0)
    said: dict[str, str | None] = dict.fromkeys((*_DAY.groupindex, *_TIME.groupindex))
    said |= (day.groupdict() if day else {}) | (clock.groupdict() if clock else {})
    if day is None and not (said["minute"] or said["half"] or said["word"]):
        return None  # a bare number is no time of day
    at_time = _clock(said)
    if at_time is None and said["hour"]:
        return None
    zone = _zone(said["zone"], local)
    try:
        return _next(said, at_time or time(), zone, now)
    except (ValueError, OverflowError):
        return None


def _next(said: dict[str, str | None], clock: time, zone: tzinfo, now: int) -> int | None:
    today, at_time = day_of(now, zone), f"{clock:%H:%M}"
    if said["month"]:
        month, day = _MONTHS.index(said["month"][:3].lower()) + 1, int(said["day"] or 1)
        at = instant(date(int(said["year"] or today.year), month, day), at_time, zone)
        if not said["year"] and at < now - 86_400_000:
            at = instant(date(today.year + 1, month, day), at_time, zone)
        return _near(at, now)
    ahead = 0
    if said["weekday"]:
        ahead = (_DAYS.index(said["weekday"][:3].lower()) - today.weekday()) % 7
    elif said["tomorrow"]:
        ahead = 1
    at = instant(today + timedelta(days=ahead), at_time, zone)
    if at < now:
        if now - at < JUST_NOW:
            return max(at + 60_000, now)
        at = instant(today + timedelta(days=ahead + (7 if said["weekday"] else 1)), at_time, zone)
    return _near(at, now)


def _clock(said: dict[str, str | None]) -> time | None:
    if said["word"]:
        return time(12 if said["word"].lower() == "noon" else 0)
    if said["hour"] is None:
        return None
    hour, half = int(said["hour"]), (said["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, int(said["minute"] or 0))


def _zone(name: str | None, local: tzinfo) -> tzinfo:
    key = (name or "").strip("()")
    if key.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(_ZONES.get(key.upper(), key)) if key.upper() in _ZONES or "/" in key else local
    except (ValueError, OSError, KeyError):  # no such zone, or none of that name here
        return local
