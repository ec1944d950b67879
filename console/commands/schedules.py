"""Owns what can be asked about work that comes again: a new schedule, its end, letting it rest and go on.

What follows from a moment is the scheduler's rule; what may be stored is the blackboard's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from console.blackboard.reads.schedules import find_schedule, template_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes import schedules as writes
from console.blackboard.writes.task_ends import expectations
from console.commands.context import Context
from console.commands.new_task import CreateTask, When, moment_of, new_task
from console.commands.text import Line, names
from console.days import LOCAL, clock_time, zone_named
from console.errors import UsageError
from console.i18n import N_, words_in
from console.records.schedule import Misfire, Overlap, Schedule, ScheduleKind, Template
from console.scheduler.calendar import cron_text, days_left_out, weekday_field
from console.scheduler.schedules import next_due
from console.when import span

__all__ = ("AddSchedule", "Report", "add", "disable", "enable", "remove")

REPORT_TITLE = N_("Daily report {date}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A daily report, which the scheduler writes itself."""

    title: Line | None = None
    tags: tuple[str, ...] = ()
    priority: int = 2
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSchedule:
    """Work that comes again. When: exactly one of `daily`, `every` and `cron`."""

    name: Line
    makes: CreateTask | Report
    """Its title and body may have `{date}`, the day of the run."""
    due_in: str | None = None
    """Each task is due so long after its moment: `30m`, `4h`, `2d`, `1w`."""
    daily: str | None = None
    """HH:MM."""
    every: str | int | None = None
    """A span, or seconds."""
    cron: str | None = None
    weekdays: str | None = None
    """With `daily`."""
    zone: str | None = None
    leave_out: tuple[str, ...] = ()
    """Days of a calendar on which nothing is made."""
    kind: ScheduleKind | None = None
    """Follows from the above; one that contradicts them is refused."""
    start: When | None = None
    """No run before it."""
    misfire: Misfire = Misfire.ONCE
    overlap: Overlap = Overlap.SKIP


class _Moments(NamedTuple):
    kind: ScheduleKind
    at_time: str | None = None
    every: int | None = None
    cron: str | None = None


def add(context: Context, asked: AddSchedule) -> Schedule:
    """Make it. Raises UsageError for what contradicts itself or names what the project has not, Conflict, NotFound."""
    moments = _moments(asked)
    start = moment_of(asked.start, context.now)
    template = _report(asked.makes) if isinstance(asked.makes, Report) else _work(context, asked.makes, asked.due_in)
    skips = " ".join(days_left_out(asked.leave_out))
    new = writes.NewSchedule(
        name=str(asked.name),
        **moments._asdict(),
        zone=asked.zone or None,
        skips=skips,
        misfire=asked.misfire,
        overlap=asked.overlap,
        template=template,
        next_at=_first(moments, asked.zone or None, skips, start, context.now),
    )
    return writes.add_schedule(context.db, new, by=context.by, now=context.now)


def remove(context: Context, named: str) -> Schedule:
    """Forget it; the tasks that it made stay. Raises NotFound."""
    return writes.remove_schedule(context.db, find_schedule(context.db, named).id, now=context.now)


def enable(context: Context, named: str) -> Schedule:
    """Let it run again, from its next moment on. Raises NotFound, UsageError where it could make no task."""
    found = find_schedule(context.db, named)
    template_of(found)  # what can make no task stays off
    upcoming = max(next_due(found, context.now, LOCAL), found.next_at)
    return writes.enable_schedule(context.db, found.id, next_at=upcoming, by=context.by, now=context.now)


def disable(context: Context, named: str) -> Schedule:
    """Let it rest: its moments pass and do not count. Raises NotFound."""
    found = find_schedule(context.db, named)
    return writes.enable_schedule(context.db, found.id, next_at=None, by=context.by, now=context.now)


def _moments(asked: AddSchedule) -> _Moments:
    """A calendar wherever more than a time of day is asked for."""
    daily, every, cron, weekdays = asked.daily, asked.every, asked.cron, asked.weekdays
    if sum(way is not None for way in (daily, every, cron)) != 1:
        raise UsageError("say when: one of --daily HH:MM, --every 4h and --cron '30 9 * * 1-5'")
    if asked.zone:
        zone_named(asked.zone)
    by_calendar = weekdays is not None or bool(asked.zone or asked.leave_out)
    if every is not None and by_calendar:
        raise UsageError(
            "--weekdays, --zone and --except go with --daily and --cron; every 4 hours is --cron '0 */4 * * *'"
        )
    if cron is not None and weekdays is not None:
        raise UsageError("a cron expression says its weekdays itself, in its fifth field: leave out --weekdays")
    at_time = None if daily is None else clock_time(daily)
    if at_time is not None and by_calendar:
        hour, minute = at_time.split(":")
        cron = f"{int(minute)} {int(hour)} * * {'*' if weekdays is None else weekday_field(weekdays)}"
    meant = ScheduleKind.INTERVAL if every is not None else ScheduleKind.CRON if cron else ScheduleKind.DAILY
    _refuse_other_kind(asked, meant)
    if cron is not None:
        return _Moments(meant, cron=cron_text(cron))
    return _Moments(meant, at_time, span(every) if isinstance(every, str) else every)


def _refuse_other_kind(asked: AddSchedule, meant: ScheduleKind) -> None:
    flag = "every" if asked.every is not None else "daily" if asked.daily is not None else "cron"
    fits = (meant, ScheduleKind.DAILY if flag == "daily" else meant)
    if asked.kind is not None and asked.kind not in fits:
        raise UsageError(f"--kind {asked.kind} does not go with --{flag}")


def _first(moments: _Moments, zone: str | None, skips: str, start: int | None, now: int) -> int:
    """Epoch ms of its first moment."""
    if moments.kind == ScheduleKind.INTERVAL and start is not None and start > now:
        return start
    shape = Schedule(
        id=0, name="", **moments._asdict(), zone=zone, skips=skips, next_at=now if start is None else start
    )
    return next_due(shape, now if start is None or start < now else start - 1, LOCAL)


def _report(asked: Report) -> Template:
    title = str(asked.title or "") or words_in(asked.language)(REPORT_TITLE)
    tags = names(asked.tags, "tag")
    return Template(title=title, tags=tags, priority=asked.priority, report=True, language=asked.language)


def _work(context: Context, asked: CreateTask, due_in: str | None) -> Template:
    new = new_task(context, asked)
    if new.parent is not None:
        get_task(context.db, new.parent)  # each of its tasks would be refused, and it switched off
    same = ("title", "body", "assignee", "role", "needs", "tags", "priority", "reviews", "parent")
    template = Template(**{field: getattr(new, field) for field in same})
    return replace(template, expect=expectations(new.expect), due_in=None if due_in is None else span(due_in))
