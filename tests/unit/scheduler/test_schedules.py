"""Promises of console/scheduler/schedules.py: each moment comes once, none drifts, and what was missed is one run at most."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.days import day_of, instant, shown
from console.records.project import ProjectState
from console.records.schedule import Misfire, Overlap, Schedule, ScheduleKind
from console.scheduler.actions import RunSchedule, WriteReport
from console.scheduler.schedules import GRACE, due, next_due
from tests.play import NOW, SECOND, Play, view

HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Shanghai", "UTC")
INSTANTS = st.integers(1_500_000_000_000, 2_000_000_000_000)


def interval(every: int = 3600, **more: Any) -> Schedule:
    """One that is due now."""
    return Schedule(**{"id": 1, "name": "i", "kind": ScheduleKind.INTERVAL, "every": every, "next_at": NOW, **more})


def daily(at_time: str = "18:00", **more: Any) -> Schedule:
    return Schedule(**{"id": 1, "name": "d", "kind": ScheduleKind.DAILY, "at_time": at_time, "next_at": NOW, **more})


def run(moment: int = NOW, next_at: int = NOW + HOUR, **more: Any) -> RunSchedule:
    usual = {"project": "p", "schedule_id": 1, "expected": NOW, "makes": True, "missed": 0}
    return RunSchedule(**{**usual, "moment": moment, "next_at": next_at, **more})


def zone(name: str) -> tzinfo:
    if name not in available_timezones():
        pytest.skip(f"this machine has no data of {name}")
    return ZoneInfo(name)


# --- moments


@settings(max_examples=30)
@given(st.sampled_from(ZONES), INSTANTS, st.integers(0, 24 * 60 - 1))
def test_a_daily_schedule_comes_once_on_every_local_day(name: str, start: int, minute: int) -> None:
    there, at_time = zone(name), f"{minute // 60:02}:{minute % 60:02}"
    at, days = start, []
    for _ in range(400):
        following = next_due(daily(at_time), at, there)
        assert following > at
        assert shown(following, there) >= f"{day_of(following, there)} {at_time}"
        days.append(day_of(following, there))
        at = following
    assert days == [days[0] + timedelta(days=n) for n in range(400)]


@given(INSTANTS, st.integers(60, 400_000), st.integers(-(10**7), 10**7))
def test_an_interval_never_drifts(start: int, every: int, after: int) -> None:
    one = interval(every, next_at=start)
    found = next_due(one, start + after, UTC)
    assert start + after < found <= start + after + every * SECOND
    assert (found - start) % (every * SECOND) == 0


def test_a_time_that_is_left_out_or_comes_twice_runs_once() -> None:
    there = zone("Europe/Berlin")
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    for day, wanted in ((spring, "2026-03-29 03:00"), (autumn, "2026-10-25 02:30")):
        found = next_due(daily("02:30"), instant(day, "00:00", there), there)
        assert shown(found, there) == wanted
        assert day_of(next_due(daily("02:30"), found, there), there) == day + timedelta(days=1)


def test_a_day_that_a_zone_left_out_has_no_run() -> None:
    there = zone("Pacific/Apia")
    eve = instant(date(2011, 12, 29), "18:00", there)
    assert shown(next_due(daily("18:00"), eve, there), there) == "2011-12-31 18:00"


def test_intraday_is_another_word_for_interval_and_never_written() -> None:
    assert str(ScheduleKind("intraday")) == "interval"
    assert [str(kind) for kind in ScheduleKind] == ["daily", "interval", "cron"]


# --- what follows from them


def test_a_moment_that_comes_makes_a_task_and_moves_on() -> None:
    Play(view(schedules=(interval(),))).then(run())
    Play(view(schedules=(interval(next_at=NOW + 1),))).then()
    Play(view(schedules=(interval(enabled=False),))).then()


def test_a_moment_is_met_in_time_within_the_grace() -> None:
    skips = interval(misfire=Misfire.SKIP)
    play = Play(view(schedules=(skips,)))
    play.after(GRACE / SECOND).then(run())
    play.after(1).then(run(makes=False, missed=1))


def test_nine_hours_of_sleep_are_one_catch_up_not_nine() -> None:
    play = Play(view(schedules=(interval(),))).after(9 * 3600 + 1800)
    play.then(run(NOW + 9 * HOUR, NOW + 10 * HOUR, missed=9))
    after = interval(next_at=NOW + 10 * HOUR, last_at=NOW + 9 * HOUR)
    play.project(schedules=(after,)).then()
    play.after(1800).then(run(NOW + 10 * HOUR, NOW + 11 * HOUR, expected=NOW + 10 * HOUR))


def test_with_skip_none_makes_up_for_what_passed() -> None:
    play = Play(view(schedules=(interval(misfire=Misfire.SKIP),))).after(9 * 3600 + 1800)
    play.then(run(NOW + 9 * HOUR, NOW + 10 * HOUR, makes=False, missed=10))


def test_with_skip_the_moment_that_is_met_in_time_runs_all_the_same() -> None:
    play = Play(view(schedules=(interval(misfire=Misfire.SKIP),))).after(9 * 3600 + 10)
    play.then(run(NOW + 9 * HOUR, NOW + 10 * HOUR, missed=9))


def test_a_week_without_a_machine_is_one_daily_run() -> None:
    evening = instant(date(2026, 11, 20), "18:00", UTC)
    one = daily(next_at=evening)
    found = due("p", one, evening + 6 * DAY + HOUR, UTC)
    assert found == run(evening + 6 * DAY, evening + 7 * DAY, expected=evening, missed=6)


def test_while_its_last_task_is_open_no_further_one_is_made() -> None:
    Play(view(schedules=(interval(open_task=7),))).then(run(makes=False, missed=1, waits_for=7))
    Play(view(schedules=(interval(open_task=7, overlap=Overlap.QUEUE),))).then(run())


def test_a_closed_project_lets_moments_pass_until_it_is_open_again() -> None:
    paused = ProjectState(project="p", epoch="e1", paused_at=1)
    play = Play(view(state=paused, schedules=(interval(),), reports=(3,))).after(2 * 3600 + 1800).then()
    play.project(state=ProjectState(project="p", epoch="e1"))
    play.then(run(NOW + 2 * HOUR, NOW + 3 * HOUR, missed=2), WriteReport(project="p", task_id=3))
    for flag, value in (("paused", True), ("estopped", True), ("enough_disk", False)):
        closed = Play(view(schedules=(interval(),))).home(**{flag: value})
        assert not [a for a in closed.decides() if isinstance(a, RunSchedule)], flag


def test_a_clock_that_was_years_ahead_does_not_put_a_schedule_to_sleep_until_then() -> None:
    later = NOW + 5000 * HOUR
    stuck = interval(next_at=later, last_at=later - HOUR)
    assert due("p", stuck, NOW, UTC) == run(NOW, NOW + HOUR, expected=later, makes=False)
    made_then = interval(next_at=later, updated_at=later - HOUR)
    assert due("p", made_then, NOW, UTC) == run(NOW, NOW + HOUR, expected=later, makes=False)
    to_come = interval(next_at=later)
    assert due("p", to_come, NOW, UTC) is None, "it has not begun yet"
    little = interval(next_at=NOW + HOUR, last_at=NOW)
    assert due("p", little, NOW - HOUR, UTC) is None, "what has run is not run again"


@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=30), st.integers(60, 7200), st.sampled_from(Misfire))
def test_whenever_it_is_looked_at_every_moment_is_a_run_or_missed_exactly_once(
    rests: list[int], every: int, misfire: Misfire
) -> None:
    one, now, runs, missed = interval(every, misfire=misfire), NOW - 1, 0, 0
    for rest in rests:
        now += rest * SECOND
        found = due("p", one, now, UTC)
        if found is None:
            assert now < one.next_at
            continue
        runs, missed = runs + found.makes, missed + found.missed
        assert found.moment <= now < found.next_at
        one = interval(every, misfire=misfire, next_at=found.next_at, last_at=found.moment)
    assert runs + missed == max(0, (now - NOW) // (every * SECOND) + 1)


def test_two_schedules_of_one_moment_both_run() -> None:
    two = (interval(), interval(id=2, name="j"))
    Play(view(schedules=two)).then(run(), run(schedule_id=2))


def test_the_zone_of_the_machine_decides_when_a_day_has_its_moment() -> None:
    there = zone("Asia/Shanghai")
    at = int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp() * SECOND)
    Play(view(schedules=(daily(next_at=at),)), now=at, zone=there).then(run(at, at + DAY, expected=at))
