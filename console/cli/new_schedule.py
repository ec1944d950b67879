"""Owns how a new schedule is asked for: from the words given to a NewSchedule that makes sense here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from console.blackboard.writes.schedules import NewSchedule
from console.blackboard.writes.task_ends import expectations
from console.cli.new_task import new_task
from console.cli.nouns import named
from console.cli.options import Here
from console.cli.words import line
from console.days import LOCAL, clock_time
from console.errors import UsageError
from console.i18n import N_, choose_language, words_in
from console.records.schedule import Misfire, Overlap, Schedule, ScheduleKind, Template
from console.scheduler.schedules import next_due
from console.when import moment, span

__all__ = ("new_schedule",)

REPORT_TITLE = N_("Daily report {date}")
_NOT_FOR_REPORTS = ("body", "assignee", "needs", "deadline", "expect", "protocol")


def new_schedule(here: Here, project: str, name: str, **asked: Any) -> NewSchedule:
    """What `add_schedule` takes. Raises UsageError for what contradicts itself or names what the project has not."""
    now = here.now()
    kind, at_time, every = _moments(asked["kind"], asked["daily"], asked["every"])
    start = None if asked["start"] is None else moment(asked["start"], now)
    template = _report(here, asked) if asked["report"] else _work(here, project, name, asked)
    first = Schedule(id=0, name=name, kind=kind, at_time=at_time, every=every, next_at=now if start is None else start)
    if kind == ScheduleKind.INTERVAL and start is not None and start > now:
        next_at = start
    else:
        next_at = next_due(first, now if start is None or start < now else start - 1, LOCAL)
    return NewSchedule(
        name=name.strip(),
        kind=kind,
        at_time=at_time,
        every=every,
        misfire=Misfire(asked["misfire"]),
        overlap=Overlap(asked["overlap"]),
        template=template,
        next_at=next_at,
    )


def _moments(kind: str | None, daily: str | None, every: str | None) -> tuple[ScheduleKind, str | None, int | None]:
    if (daily is None) == (every is None):
        raise UsageError("say when: either --daily HH:MM, or --every 4h")
    meant = ScheduleKind.INTERVAL if daily is None else ScheduleKind.DAILY
    if kind is not None and ScheduleKind(kind) != meant:
        raise UsageError(f"--kind {kind} does not go with {'--every' if daily is None else '--daily'}")
    return meant, clock_time(daily) if daily is not None else None, span(every) if every is not None else None


def _report(here: Here, asked: Mapping[str, Any]) -> Template:
    wrong = [name for name in _NOT_FOR_REPORTS if asked[name]]
    if wrong:
        flag = "review" if wrong[0] == "protocol" else wrong[0]
        raise UsageError(f"the scheduler writes a report itself: leave out --{flag}")
    language = asked["language"] or choose_language(here.environ, here.environ.get("MOZIPLUS_LANGUAGE"))
    title = line(asked["title"]) if asked["title"] else words_in(language)(REPORT_TITLE)
    tags = tuple(dict.fromkeys(asked["tags"]))
    return Template(title=title, tags=tags, priority=asked["priority"], report=True, language=language)


def _work(here: Here, project: str, name: str, asked: Mapping[str, Any]) -> Template:
    if asked["language"]:
        raise UsageError("--language is for a --report; an agent follows what the task says")
    flags = ("body", "assignee", "needs", "priority", "tags", "protocol", "no_review")
    new = new_task(
        **{flag: asked[flag] for flag in flags},
        title=asked["title"] or name,
        deadline=None,
        not_before=None,
        after=(),
        parent=None if asked["parent"] is None else named(here, asked["parent"], project)[1],
        project=project,
        folders=(here.project_folder(project) / "config", here.home.config),
        settings=lambda: here.project_settings(project),
        now=here.now(),
    )
    due_in = None if asked["deadline"] is None else span(asked["deadline"])
    same = ("title", "body", "assignee", "role", "needs", "tags", "priority", "reviews", "parent")
    template = Template(**{field: getattr(new, field) for field in same})
    return replace(template, expect=expectations(map(line, asked["expect"])), due_in=due_in)
