"""Owns when a schedule's moments are, and what follows when they come: a run, a catch-up, or nothing.

Moments that passed while nobody could act are never worked off one by one: at most one run makes up for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from console.days import day_of, instant
from console.records.schedule import Misfire, Overlap, Schedule, ScheduleKind
from console.scheduler.actions import RunSchedule, WriteReport
from console.scheduler.calendar import COUNTED, calendar_after, calendar_before
from console.scheduler.gates import project_closed
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("GRACE", "due", "next_due", "schedules")

GRACE = 300_000
"""Milliseconds that a moment may be late and still count as met."""
DAY, HOUR = 86_400_000, 3_600_000


def schedules(view: ProjectView, snapshot: Snapshot, now: int) -> Iterator[RunSchedule | WriteReport]:
    """What the project's schedules make now, and the reports that still have to be written. A closed project waits."""
    if project_closed(view, snapshot) is not None:
        return
    for schedule in view.schedules:
        if (run := due(view.id, schedule, now, snapshot.zone)) is not None:
            yield run
    for task_id in view.reports:
        yield WriteReport(project=view.id, task_id=task_id)


def due(project: str, schedule: Schedule, now: int, zone: tzinfo) -> RunSchedule | None:
    """What to do about the moments of `schedule` up to `now`; None where none has come."""
    if not schedule.enabled:
        return None
    if schedule.next_at > now:
        return _set_back(project, schedule, now, zone)
    moments, last, upcoming = _passed(schedule, now, zone)
    in_time = now - last <= GRACE
    wanted = in_time or schedule.misfire == Misfire.ONCE
    busy = schedule.overlap == Overlap.SKIP and schedule.open_task is not None
    makes = wanted and not busy
    return RunSchedule(
        project=project,
        schedule_id=schedule.id,
        expected=schedule.next_at,
        moment=last,
        next_at=upcoming,
        makes=makes,
        missed=moments - makes,
        waits_for=schedule.open_task if wanted and busy else None,
    )


def next_due(schedule: Schedule, after: int, zone: tzinfo) -> int:
    """Epoch ms of the first moment of `schedule` after `after`.

    A daily one comes once on every day that there is; an interval never drifts, however late its moments were met.
    """
    if schedule.kind == ScheduleKind.CRON:
        return next(calendar_after(schedule, after, zone))
    if schedule.kind == ScheduleKind.INTERVAL:
        step = _step(schedule)
        return after + step - (after - schedule.next_at) % step
    return next(at for at in _daily(schedule, after, zone) if at > after)


def _passed(schedule: Schedule, now: int, zone: tzinfo) -> tuple[int, int, int]:
    """How many moments came from `next_at` to `now`, the last of them, and the first that is still to come."""
    count, last = 1, schedule.next_at
    if schedule.kind == ScheduleKind.INTERVAL:
        more = (now - last) // _step(schedule)
        last += more * _step(schedule)
        return count + more, last, last + _step(schedule)
    if schedule.kind == ScheduleKind.CRON:
        return _passed_by_calendar(schedule, now, zone)
    for at in _daily(schedule, last, zone):
        if at > now:
            return count, last, at
        if at > last:
            count, last = count + 1, at
    raise AssertionError("days do not end")


def _passed_by_calendar(schedule: Schedule, now: int, zone: tzinfo) -> tuple[int, int, int]:
    count, last = 1, schedule.next_at
    for at in calendar_after(schedule, last, zone):
        if at > now:
            return count, last, at
        if count >= COUNTED:
            return count, calendar_before(schedule, now + 1, zone), next(calendar_after(schedule, now, zone))
        count, last = count + 1, at
    raise AssertionError("a calendar does not end")


def _set_back(project: str, schedule: Schedule, now: int, zone: tzinfo) -> RunSchedule | None:
    """The clock was ahead when it ran last: it would sleep until that time comes again."""
    told_ahead = max(schedule.last_at or 0, schedule.updated_at) > now
    if not told_ahead and (schedule.kind == ScheduleKind.CRON or schedule.last_at is None):
        return None  # its next moment, or its first, may lie months ahead
    period = _step(schedule) if schedule.kind == ScheduleKind.INTERVAL else DAY
    if schedule.next_at - now <= 2 * period + HOUR:
        return None
    return RunSchedule(
        project=project,
        schedule_id=schedule.id,
        expected=schedule.next_at,
        moment=now,
        next_at=next_due(schedule, now, zone),
        makes=False,
        missed=0,
    )


def _daily(schedule: Schedule, around: int, zone: tzinfo) -> Iterator[int]:
    """The moments of a daily schedule from the day before `around` on."""
    assert schedule.at_time is not None
    day = day_of(around, zone) - timedelta(days=1)
    while True:
        at, following = instant(day, schedule.at_time, zone), day + timedelta(days=1)
        # A zone that moves over the date line leaves a whole day out; a gap at midnight only puts its moment off.
        if day_of(at, zone) == day or instant(day, "00:00", zone) < instant(following, "00:00", zone):
            yield at
        day = following


def _step(schedule: Schedule) -> int:
    return (schedule.every or 1) * 1000
