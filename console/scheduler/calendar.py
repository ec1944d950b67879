"""Owns the moments of a calendar: a cron expression in a time zone, without the days that are left out.

Pure, and asked only when such a schedule is made or due. A time that a change of clocks leaves out is the first moment
after the gap, one that comes twice is its first; what comes by the minute or hour goes on through both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from console.days import day_of, zone_named
from console.errors import UsageError
from console.records.schedule import Schedule

__all__ = ("COUNTED", "calendar_after", "calendar_before", "cron_text", "days_left_out", "is_sound", "weekday_field")

COUNTED = 1000
"""Passed moments that are counted one by one; a machine that slept longer has at least so many."""
TRIED = 5000
"""Moments in a row that may be left out before it is said that none comes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0"}
_NAMES |= {"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE = "一二三四五六日"
_WORKDAYS = ("", "workdays", "weekdays", "工作日")
_MOST_DAYS = 400


def cron_text(text: str) -> str:
    """A cron expression of five fields, in one form. Raises UsageError for what is none, or never comes."""
    plain = " ".join(_NAMES.get(text.strip().lower(), text).split()).upper()
    try:
        if len(plain.split()) != 5:
            raise ValueError("it has five fields: minute, hour, day of the month, month, weekday")
        next(_walk(plain, 0, UTC))
    except (ValueError, StopIteration) as error:
        why = str(error) or "it never comes"
        raise UsageError(
            f"{text[:60]!r} is no cron expression ({why}): write '30 9 * * 1-5' for half past nine on workdays"
        ) from None
    return plain


def weekday_field(text: str) -> str:
    """The fifth field of a cron expression from `mon-fri`, `sat,sun`, `周一,周三`, `1-5`. Raises UsageError."""
    if text.strip().lower() in _WORKDAYS:
        return "1-5"
    found: set[int] = set()
    for part in re.split(r"[,，、\s]+", text.strip()):
        first, _, last = part.partition("-")
        start, end = _weekday(first, text), _weekday(last or first, text)
        found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    days = sorted(found)
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{days[0]}-{days[-1]}"
    return ",".join(map(str, days))


def days_left_out(texts: Iterable[str]) -> tuple[str, ...]:
    """Days as `2026-10-01` from such days and spans of them (`2026-10-01..2026-10-07`). Raises UsageError."""
    found: list[str] = []
    for text in texts:
        first, _, last = text.strip().partition("..")
        try:
            day, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError:
            raise UsageError(f"{text[:40]!r} is no day: write 2026-10-01, or 2026-10-01..2026-10-07") from None
        if not 0 <= (end - day).days < _MOST_DAYS:
            raise UsageError(
                f"{text[:40]!r} is no span of days: the last comes after the first, within {_MOST_DAYS} days"
            )
        found += [(day + timedelta(days=n)).isoformat() for n in range((end - day).days + 1)]
    if len(found) > _MOST_DAYS:
        raise UsageError(f"at most {_MOST_DAYS} days can be left out; these are {len(found)}")
    return tuple(sorted(set(found)))


def calendar_after(schedule: Schedule, after: int, zone: tzinfo) -> Iterator[int]:
    """Epoch ms of the moments after `after`, on and on. Raises UsageError where none comes."""
    return _kept(schedule, after, zone, back=False)


def calendar_before(schedule: Schedule, before: int, zone: tzinfo) -> int:
    """Epoch ms of the last moment before `before`. Raises UsageError where there was none."""
    return next(_kept(schedule, before, zone, back=True))


def is_sound(schedule: Schedule) -> bool:
    """Whether it can be followed; a bare shell may have spoilt it."""
    try:
        return bool(cron_text(schedule.cron or "")) and (not schedule.zone or bool(zone_named(schedule.zone)))
    except UsageError:
        return False


def _kept(schedule: Schedule, start: int, machine: tzinfo, *, back: bool) -> Iterator[int]:
    zone = zone_named(schedule.zone) if schedule.zone else machine
    left_out = frozenset(schedule.skips.split())
    passed_over = 0
    for at in _walk(schedule.cron or "", start, zone, back=back):
        if day_of(at, zone).isoformat() not in left_out:
            passed_over = 0
            yield at
        elif (passed_over := passed_over + 1) > TRIED:
            break
    raise UsageError(f"a moment of {schedule.cron} does not come: every one is on a day that is left out, or never is")


def _walk(cron: str, start: int, zone: tzinfo, *, back: bool = False) -> Iterator[int]:
    from cronsim import CronSim, CronSimError

    try:
        for at in CronSim(cron, (_EPOCH + timedelta(milliseconds=start)).astimezone(zone), reverse=back):
            moment: int = (at - _EPOCH) // timedelta(milliseconds=1)
            # Around a change of clocks the first step of a walk may stand still.
            if moment < start if back else moment > start:
                yield moment
    except CronSimError as error:
        raise ValueError(str(error).lower()) from None


def _weekday(word: str, text: str) -> int:
    """Its number in cron: Sunday is 0."""
    plain = word.strip().lower()
    chinese = re.fullmatch(r"(?:周|星期|礼拜)([一二三四五六日天])", plain)
    if chinese:
        return (_CHINESE.index(chinese[1].replace("天", "日")) + 1) % 7
    if plain in _FULL or plain[:3] in _DAYS and len(plain) <= 5:
        return (_DAYS.index(plain[:3]) + 1) % 7
    if plain.isascii() and plain.isdigit() and int(plain) <= 7:
        return int(plain) % 7
    raise UsageError(f"{text[:40]!r} are no weekdays: write mon-fri, sat,sun, 周一,周三 or 1-5")
