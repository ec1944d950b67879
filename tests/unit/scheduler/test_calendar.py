"""Promises of console/scheduler/calendar.py: weekdays, zones, days left out, and changes of clocks, each moment once."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.errors import UsageError
from console.records.schedule import Schedule, ScheduleKind
from console.scheduler.actions import RunSchedule
from console.scheduler.calendar import calendar_after, cron_text, days_left_out, is_sound, weekday_field
from console.scheduler.schedules import due, next_due

BERLIN = ZoneInfo("Europe/Berlin")


def ms(*parts: int, zone: Any = UTC) -> int:
    return int(datetime(*parts, tzinfo=zone).timestamp() * 1000)  # type: ignore[misc,arg-type]


def calendar(cron: str, **more: Any) -> Schedule:
    fields: dict[str, Any] = {"id": 1, "name": "c", "kind": ScheduleKind.CRON, "cron": cron, "next_at": 0}
    return Schedule(**(fields | more))


def coming(cron: str, after: int, count: int, machine: Any = UTC, **more: Any) -> list[str]:
    there = ZoneInfo(more["zone"]) if "zone" in more else machine
    found = islice(calendar_after(calendar(cron, **more), after, machine), count)
    return [datetime.fromtimestamp(at / 1000, there).strftime("%m-%d %H:%M %z") for at in found]


def test_workdays_leave_the_weekend_out() -> None:
    friday = ms(2026, 11, 27, 12, 0)
    assert coming("30 9 * * 1-5", friday, 2) == ["11-30 09:30 +0000", "12-01 09:30 +0000"]
    assert coming("30 9 * * 1-5", friday, 1, zone="Asia/Shanghai") == ["11-30 09:30 +0800"]


def test_days_that_are_left_out_are_passed_over_in_the_schedules_own_zone() -> None:
    skips = " ".join(days_left_out(["2026-11-30..2026-12-01", "2026-12-03"]))
    found = coming("0 1 * * 1-5", ms(2026, 11, 27, 12, 0), 2, zone="Asia/Shanghai", skips=skips)
    assert found == ["12-02 01:00 +0800", "12-04 01:00 +0800"]


def test_a_time_in_the_gap_comes_after_it_and_a_doubled_one_once() -> None:
    assert coming("30 2 * * *", ms(2026, 3, 28, 12, 0), 2, BERLIN) == ["03-29 03:00 +0200", "03-30 02:30 +0200"]
    assert coming("30 2 * * *", ms(2026, 10, 24, 12, 0), 2, BERLIN) == ["10-25 02:30 +0200", "10-26 02:30 +0100"]


def test_what_comes_by_the_hour_goes_on_through_both_changes() -> None:
    assert coming("0 * * * *", ms(2026, 3, 29, 0, 0), 2, BERLIN) == ["03-29 03:00 +0200", "03-29 04:00 +0200"]
    assert coming("0 * * * *", ms(2026, 10, 24, 23, 30), 3, BERLIN) == [
        "10-25 02:00 +0200",
        "10-25 02:00 +0100",
        "10-25 03:00 +0100",
    ]


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "Asia/Beirut"]
)
@pytest.mark.parametrize("cron", ["30 2 * * *", "*/20 * * * *", "0 0 * * 1-5", "15 1,2,3 * * *", "0 9 L * *"])
def test_the_next_moment_is_the_same_wherever_it_is_looked_for_from(zone: str, cron: str) -> None:
    there = ZoneInfo(zone)
    for start in (ms(2026, 3, 7, 0, 0), ms(2026, 10, 24, 0, 0), ms(2026, 4, 4, 0, 0)):
        moments = list(islice(calendar_after(calendar(cron), start, there), 60))
        assert moments == sorted(set(moments))
        for before, at in zip(moments, moments[1:], strict=False):
            assert next_due(calendar(cron), before, there) == next_due(calendar(cron), at - 1, there) == at


def test_a_long_sleep_is_one_catch_up_and_costs_no_long_tick() -> None:
    schedule = calendar("* * * * *", next_at=ms(2025, 1, 1, 0, 0), last_at=ms(2024, 12, 31, 23, 59))
    now = ms(2026, 11, 27, 12, 0, 30)
    run = due("quant", schedule, now, UTC)
    assert isinstance(run, RunSchedule) and run.makes
    assert (run.moment, run.next_at) == (ms(2026, 11, 27, 12, 0), ms(2026, 11, 27, 12, 1))
    assert run.missed == 999


def test_a_moment_months_ahead_is_not_taken_for_a_clock_that_was_wrong() -> None:
    schedule = calendar("0 9 1 1 *", next_at=ms(2027, 1, 1, 9, 0), last_at=ms(2026, 1, 1, 9, 0))
    assert due("quant", schedule, ms(2026, 2, 1, 0, 0), UTC) is None


@pytest.mark.parametrize(
    "text",
    ["", "* * *", "0 0 30 2 *", "60 * * * *", "a b c d e", "* * * * * *", "0 9 * * 8", "@reboot", "0 9 * * mon-xx"],
)
def test_what_is_no_cron_expression_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="is no cron expression"):
        cron_text(text)
    assert not is_sound(calendar(text))


def test_a_schedule_whose_days_are_all_left_out_is_refused() -> None:
    skips = " ".join(days_left_out(["2026-01-01..2026-12-31"]))
    with pytest.raises(UsageError, match="does not come"):
        next_due(calendar("* * * * *", skips=skips), ms(2026, 1, 1, 0, 0), UTC)
    with pytest.raises(UsageError):
        days_left_out(["2026-12-31..2026-01-01"])


@pytest.mark.parametrize(
    ("text", "field"),
    [("", "1-5"), ("mon-fri", "1-5"), ("sat,sun", "0,6"), ("fri-mon", "0,1,5,6"), ("周一，周三", "1,3"), ("1-5", "1-5")]
    + [("Monday", "1"), ("周日", "0"), ("7", "0"), ("星期一、星期二", "1,2"), ("工作日", "1-5")],
)
def test_weekdays_are_written_in_words(text: str, field: str) -> None:
    assert weekday_field(text) == field


def test_names_of_expressions_and_of_days_are_taken() -> None:
    assert cron_text("@daily") == "0 0 * * *" and cron_text(" 0  9 * * mon-fri ") == "0 9 * * MON-FRI"
