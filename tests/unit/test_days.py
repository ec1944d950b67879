"""Promises of console/days.py: local days and times of day, also where clocks are changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.days import LOCAL, clock_time, day_of, instant, shown, start_of_day
from console.errors import UsageError

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
"""A zone in the words of POSIX: no machine needs files for it. The clocks change on the last Sundays of March and October."""
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Pacific/Apia",
    "Asia/Shanghai",
    "UTC",
)

Machine = Callable[[str], None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Moves this machine to another zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]


def zone(name: str) -> tzinfo:
    if name not in available_timezones():
        pytest.skip(f"this machine has no data of {name}")
    return ZoneInfo(name)


def test_the_machines_zone_is_followed_through_the_year(machine: Machine) -> None:
    machine(BERLIN)
    assert instant(date(2026, 1, 15), "18:00") == utc(2026, 1, 15, 17)
    assert instant(date(2026, 7, 15), "18:00") == utc(2026, 7, 15, 16)
    assert day_of(utc(2026, 7, 14, 22)) == date(2026, 7, 15)
    assert start_of_day(utc(2026, 7, 14, 23)) == utc(2026, 7, 14, 22)
    assert shown(utc(2026, 7, 14, 22)) == "2026-07-15 00:00"


def test_a_time_that_is_left_out_is_the_first_that_there_is(machine: Machine) -> None:
    machine(BERLIN)
    for missing in ("02:00", "02:30", "02:59", "03:00"):
        assert instant(date(2026, 3, 29), missing) == utc(2026, 3, 29, 1), missing
    assert instant(date(2026, 3, 29), "03:01") == utc(2026, 3, 29, 1, 1)


def test_a_time_that_comes_twice_is_its_first(machine: Machine) -> None:
    machine(BERLIN)
    assert instant(date(2026, 10, 25), "02:30") == utc(2026, 10, 25, 0, 30)
    assert instant(date(2026, 10, 25), "03:00") == utc(2026, 10, 25, 2)


def test_the_machines_own_zone_says_what_the_tables_say(machine: Machine) -> None:
    there = zone("Europe/Berlin")
    machine(BERLIN)
    day = date(2026, 1, 1)
    while day.year == 2026:
        for at_time in ("00:00", "02:30", "18:00"):
            at = instant(day, at_time)
            assert at == instant(day, at_time, there), (day, at_time)
            assert day_of(at) == day_of(at, there)
        day += timedelta(days=1)


def test_a_gap_at_midnight_only_puts_the_beginning_of_the_day_off() -> None:
    there = zone("Asia/Beirut")
    gap = date(2022, 3, 27)
    assert shown(instant(gap, "00:00", there), there) == "2022-03-27 01:00"
    assert instant(gap, "00:30", there) == instant(gap, "00:00", there)


@given(st.sampled_from(ZONES), st.dates(date(1990, 1, 1), date(2035, 1, 1)), st.integers(0, 24 * 60 - 1))
def test_an_instant_is_never_before_its_time_of_day_and_comes_in_the_order_of_days(
    name: str, day: date, minute: int
) -> None:
    there = zone(name)
    at_time = f"{minute // 60:02}:{minute % 60:02}"
    at = instant(day, at_time, there)
    assert shown(at, there) >= f"{day} {at_time}"
    assert at < instant(day + timedelta(days=1), at_time, there) or day_of(at, there) != day
    assert start_of_day(at, there) <= at


def test_local_is_what_the_machine_is_set_to() -> None:
    at = utc(2026, 11, 20, 12)
    assert day_of(at, LOCAL) == datetime.fromtimestamp(at / 1000).astimezone().date()


@pytest.mark.parametrize(("text", "found"), [("7:05", "07:05"), (" 18:00 ", "18:00"), ("00:00", "00:00")])
def test_a_time_of_day_is_written_in_one_form(text: str, found: str) -> None:
    assert clock_time(text) == found


@pytest.mark.parametrize("text", ["24:00", "18", "18:60", "6pm", "", "-1:00", "18:00:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="time of day"):
        clock_time(text)
