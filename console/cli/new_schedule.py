"""Owns how a new schedule is asked for: from the words given to a NewSchedule that makes sense here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from console.blackboard.writes.schedules import NewSchedule
from console.blackboard.writes.task_ends import expectations
from console.cli.new_task import asked_for
from console.cli.nouns import named
from console.cli.options import Here
from console.cli.words import line
from console.commands.new_task import new_task
from console.days import LOCAL, clock_time, zone_named
from console.errors import UsageError
from console.i18n import N_, choose_language, words_in
from console.records.schedule import Misfire, Overlap, Schedule, ScheduleKind, Template
from console.scheduler.calendar import cron_text, days_left_out, weekday_field
from console.scheduler.schedules import next_due
from console.when import moment, span

__all__ = ("new_schedule",)

REPORT_TITLE = N_("Daily report {date}")
_NOT_FOR_REPORTS = ("body", "assignee", "needs", "deadline", "expect", "protocol")


def new_schedule(here: Here, project: str, name: str, **asked: Any) -> NewSchedule:
    """What `add_schedule` takes. Raises UsageError for what contradicts itself or names what the project has not."""
    now = here.now()
    kind, at_time, every, cron = _moments(asked)
    start = None if asked["start"] is None else moment(asked["start"], now)
    template = _report(here, asked) if asked["report"] else _work(here, project, name, asked)
    when: dict[str, Any] = {"kind": kind, "at_time": at_time, "every": every, "cron": cron, "zone": asked["zone"]}
    when["skips"] = " ".join(days_left_out(asked["except_"]))
    first = Schedule(id=0, name=name, next_at=now if start is None else start, **when)
    if kind == ScheduleKind.INTERVAL and start is not None and start > now:
        next_at = start
    else:
        next_at = next_due(first, now if start is None or start < now else start - 1, LOCAL)
    return NewSchedule(
        name=line(name),
        **when,
        misfire=Misfire(asked["misfire"]),
        overlap=Overlap(asked["overlap"]),
        template=template,
        next_at=next_at,
    )


def _moments(asked: Mapping[str, Any]) -> tuple[ScheduleKind, str | None, int | None, str | None]:
    """(kind, time of day, seconds, cron expression): a calendar wherever more than a time of day is asked for."""
    kind, daily, every, cron, weekdays = (asked[name] for name in ("kind", "daily", "every", "cron", "weekdays"))
    if sum(way is not None for way in (daily, every, cron)) != 1:
        raise UsageError("say when: one of --daily HH:MM, --every 4h and --cron '30 9 * * 1-5'")
    if asked["zone"]:
        zone_named(asked["zone"])
    by_calendar = weekdays is not None or bool(asked["zone"] or asked["except_"])
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
    flag = "every" if every is not None else "daily" if daily is not None else "cron"
    if kind is not None and ScheduleKind(kind) not in (meant, ScheduleKind.DAILY if daily is not None else meant):
        raise UsageError(f"--kind {kind} does not go with --{flag}")
    if cron is not None:
        return meant, None, None, cron_text(cron)
    return meant, at_time, None if every is None else span(every), None


def _report(here: Here, asked: Mapping[str, Any]) -> Template:
    wrong = [name for name in _NOT_FOR_REPORTS if asked[name]]
    if wrong:
        flag = "review" if wrong[0] == "protocol" else wrong[0]
        raise UsageError(f"the scheduler writes a report itself: leave out --{flag}")
    language = asked["language"] or choose_language(here.environ, here.environ.get("MOZIPLUS_LANGUAGE"))
    title = str(line(asked["title"])) if asked["title"] else words_in(language)(REPORT_TITLE)
    tags = tuple(dict.fromkeys(asked["tags"]))
    return Template(title=title, tags=tags, priority=asked["priority"], report=True, language=language)


def _work(here: Here, project: str, name: str, asked: Mapping[str, Any]) -> Template:
    if asked["language"]:
        raise UsageError("--language is for a --report; an agent follows what the task says")
    flags = ("body", "assignee", "needs", "priority", "tags", "protocol", "no_review", "expect")
    above = None if asked["parent"] is None else named(here, asked["parent"], project)[1]
    wanted = asked_for(
        **{flag: asked[flag] for flag in flags}, title=asked["title"] or name, parent=above, project=project
    )
    with here.blackboard(project, read_only=True) as db:
        new = new_task(here.asking(db, project), wanted)
    due_in = None if asked["deadline"] is None else span(asked["deadline"])
    same = ("title", "body", "assignee", "role", "needs", "tags", "priority", "reviews", "parent")
    template = Template(**{field: getattr(new, field) for field in same})
    return replace(template, expect=expectations(new.expect), due_in=due_in)
