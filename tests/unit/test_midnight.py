"""Promises of the day: it begins at this place's midnight, whatever the clocks there do to it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.clock import iso
from console.days import start_of_day, start_of_next_day

HOUR = 3_600_000
ZONES = ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "now", "begins", "ends"),
    [
        ("Asia/Shanghai", "2026-03-05T15:59:59Z", "2026-03-04T16:00:00Z", "2026-03-05T16:00:00Z"),
        ("Asia/Shanghai", "2026-03-05T16:00:00Z", "2026-03-05T16:00:00Z", "2026-03-06T16:00:00Z"),
        ("Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),  # 23 hours
        ("Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),  # 25 hours
        ("America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),  # no 00:00 there
        ("America/Havana", "2026-11-01T20:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),  # 00:00 twice
        ("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2025-12-31T18:15:00Z", "2026-01-01T18:15:00Z"),
    ],
)
def test_a_day_begins_at_local_midnight(zone: str, now: str, begins: str, ends: str) -> None:
    place = ZoneInfo(zone)
    assert (iso(start_of_day(at(now), place)), iso(start_of_next_day(at(now), place))) == (
        iso(at(begins)),
        iso(at(ends)),
    )


@given(st.integers(1_000_000_000_000, 2_500_000_000_000), st.sampled_from(ZONES))
def test_each_instant_lies_in_its_day_and_days_follow_each_other(now: int, zone: str) -> None:
    place = ZoneInfo(zone)
    begins, ends = start_of_day(now, place), start_of_next_day(now, place)
    assert begins <= now < ends
    assert 22 * HOUR < ends - begins < 26 * HOUR
    assert start_of_day(begins, place) == begins
    assert start_of_day(ends, place) == ends == start_of_next_day(ends - 1, place)


def test_without_a_zone_it_is_this_machines_day() -> None:
    now = at("2026-11-20T14:02:03Z")  # the tests run in UTC
    assert start_of_day(now) == start_of_day(now, UTC) == at("2026-11-20T00:00:00Z")
