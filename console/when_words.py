"""Owns the words in which people say a moment, in English and Chinese: a day, a time of day, a weekday, so long from now.

Digits and signs may be full-width. Never raises for what it does not understand: that is None.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta, tzinfo

from console.days import day_of, instant, written

__all__ = ("in_words", "seconds")

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UNITS = {"minutes": "m", "minute": "m", "mins": "m", "min": "m", "hours": "h", "hour": "h", "hrs": "h", "hr": "h"}
_UNITS |= {"seconds": "s", "second": "s", "secs": "s", "sec": "s", "s": "s", "秒钟": "s", "秒": "s"}
_UNITS |= {"days": "d", "day": "d", "weeks": "w", "week": "w", "m": "m", "h": "h", "d": "d", "w": "w"}
_UNITS |= {
    "分钟": "m",
    "分": "m",
    "个小时": "h",
    "小时": "h",
    "个钟头": "h",
    "天": "d",
    "个星期": "w",
    "星期": "w",
    "周": "w",
}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_FROM_NOW = re.compile(
    rf"(?P<sign>in\s+|\+\s*)?(?P<n>\d{{1,5}})\s*(?P<unit>{_UNIT})(?P<later>之后|以后|后|\s+from\s+now)?"
)
_SPAN = re.compile(rf"(\d{{1,5}})\s*({_UNIT})")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMERAL = re.compile(r"(?<![周期拜])[零〇一二两三四五六七八九十]+(?=点|分|时|个|小时|天|日|月|周后|分钟)")
_HALF_HOUR = re.compile("半个?(?:小时|钟头)|half an hour")
_DAYS = {
    "today": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "大后天": 3,
}
_DAYS |= {"今": 0, "明": 1, "tonight": 0}
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"(?:(?P<which>next|this|on)\s+)?(?P<name>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)|(?P<weeks>下下|下个?|本|这个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])"
)
_DATE = re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?|(?P<iso>\d{4}-\d\d-\d\d)")
_TIME = re.compile(
    r"(?:at\s+)?(?P<part>凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚)?\s*(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::00)?|[点时](?:(?P<half>半)|(?P<quarter>[一三13]刻)|整|(?P<min>\d{1,2})分?)?)?"
    r"\s*(?P<half_day>am|pm)?"
)
_LATER = ("下午", "傍晚", "晚上", "晚")


def in_words(text: str, now: int, *, last_of_day: bool, zone: tzinfo) -> int | None:
    """Epoch ms of what `text` says; None where it is no moment."""
    plain = _plain(text)
    if found := _FROM_NOW.fullmatch(plain):
        return now + int(found["n"]) * _SECONDS[_UNITS[found["unit"]]] * 1000
    try:
        return written(plain.upper(), last_of_day=last_of_day)
    except ValueError:
        pass
    try:
        return _said(plain, now, last_of_day, zone)
    except (ValueError, OverflowError):
        return None


def seconds(text: str) -> int | None:
    """Of a span such as `4h`, `2 days`, `30分钟`; None where it is none."""
    found = _SPAN.fullmatch(_plain(text))
    return None if found is None else int(found[1]) * _SECONDS[_UNITS[found[2]]]


def _plain(text: str) -> str:
    """In small letters, with digits and signs of ASCII, numbers in digits, single blanks."""
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    plain = _HALF_HOUR.sub("30分钟", plain)
    return _NUMERAL.sub(lambda found: str(_number(found[0])), plain)


def _number(word: str) -> int:
    tens, ten, ones = word.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[digit]) for digit in word))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _said(plain: str, now: int, last_of_day: bool, zone: tzinfo) -> int | None:
    """A day, a time, or both, in either order; None where it is something else."""
    at_time = _time(plain)
    if at_time is not None:
        today = day_of(now, zone)
        return next(at for n in (0, 1, 2) if (at := instant(today + timedelta(days=n), at_time, zone)) > now)
    for day, rest in _days(plain, now, zone):
        at_time = _time(rest) if rest else None
        if rest and at_time is None:
            continue
        for one in day:
            if at_time is None and last_of_day:
                at = instant(one + timedelta(days=1), "00:00", zone) - 1
            else:
                at = instant(one, at_time or "00:00", zone)
            if at > now or one is day[-1]:
                return at
    return None


def _days(plain: str, now: int, zone: tzinfo) -> list[tuple[tuple[date, ...], str]]:
    """Each way to read a day at the beginning or end: the days that it may be, first those that come first; the rest."""
    today = day_of(now, zone)
    ways: list[tuple[tuple[date, ...], str]] = []
    for word in sorted(_DAYS, key=len, reverse=True):
        for rest in (_after(plain, word), _before(plain, word)):
            if rest is not None and not (len(word) == 1 and not rest):
                if word == "tonight":
                    rest = "8pm" if not rest else rest if "m" in rest else f"{rest}pm"
                ways.append(((today + timedelta(days=_DAYS[word]),), rest))
    for pattern, days in ((_WEEKDAY, _weekdays), (_DATE, _dates)):
        found = pattern.match(plain)
        rest = plain[found.end() :] if found else ""
        if found is None:
            found = next((f for f in pattern.finditer(plain) if f.end() == len(plain)), None)
            rest = plain[: found.start()] if found else ""
        if found is not None:
            ways.append((days(found, today), rest.strip(" ,的")))
    return ways


def _after(plain: str, word: str) -> str | None:
    return plain[len(word) :].strip(" ,的") if plain.startswith(word) else None


def _before(plain: str, word: str) -> str | None:
    return plain[: -len(word)].strip(" ,") if plain.endswith(f" {word}") else None


def _weekdays(found: re.Match[str], today: date) -> tuple[date, ...]:
    name = found["name"]
    number = _NAMES.index(name[:3]) if name else "一二三四五六日".index(_chinese_day(found["day"]))
    which = found["which"] or found["weeks"] or ""
    this_week = today - timedelta(days=today.weekday()) + timedelta(days=number)
    if which.startswith(("next", "下")):
        return (this_week + timedelta(weeks=2 if which == "下下" else 1),)
    if which.startswith(("this", "本", "这")):
        return (this_week,)
    coming = today + timedelta(days=(number - today.weekday()) % 7)
    return coming, coming + timedelta(weeks=1)


def _chinese_day(day: str) -> str:
    return "一二三四五六日"[int(day) - 1] if day.isdigit() else day.replace("天", "日")


def _dates(found: re.Match[str], today: date) -> tuple[date, ...]:
    if found["iso"]:
        return (date.fromisoformat(found["iso"]),)
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return (date(int(found["year"]), month, day),)
    years = (year for year in range(today.year, today.year + 9) if month != 2 or day != 29 or _is_leap(year))
    return tuple(date(year, month, day) for year in list(years)[:2])


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _time(text: str) -> str | None:
    """`HH:MM` of a time of day; None where `text` is something else. A bare number is none: `9` may be anything."""
    found = _TIME.fullmatch(text.strip())
    if found is None or not (found["minute"] or found["half_day"] or "点" in text or "时" in text):
        return None
    hour = int(found["hour"])
    minute = int(found["minute"] or found["min"] or 0)
    if found["half"]:
        minute = 30
    elif found["quarter"]:
        minute = 45 if found["quarter"][0] in "三3" else 15
    if found["half_day"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half_day"] == "pm" else 0)
    elif found["part"] in _LATER and hour < 12 or found["part"] == "中午" and hour < 3:
        hour += 12
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
