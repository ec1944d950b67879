"""Owns how the options of a command say what comes again. What is wrong with it the command says, not this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.cli.new_task import asked_for
from console.cli.nouns import named
from console.cli.options import Here
from console.cli.words import line
from console.commands.new_task import CreateTask
from console.commands.schedules import AddSchedule, Report
from console.errors import UsageError
from console.i18n import choose_language
from console.records.schedule import Misfire, Overlap, ScheduleKind

__all__ = ("new_schedule",)

_NOT_FOR_REPORTS = ("body", "assignee", "needs", "deadline", "expect", "protocol")


def new_schedule(here: Here, project: str, name: str, **asked: Any) -> AddSchedule:
    """The request; options as `moziplus schedule add` has them. Raises UsageError for those that exclude each other."""
    return AddSchedule(
        name=line(name),
        makes=_report(here, asked) if asked["report"] else _work(here, project, name, asked),
        due_in=asked["deadline"],
        **{field: asked[field] for field in ("daily", "every", "cron", "weekdays", "zone", "start")},
        leave_out=tuple(asked["except_"]),
        kind=None if asked["kind"] is None else ScheduleKind(asked["kind"]),
        misfire=Misfire(asked["misfire"]),
        overlap=Overlap(asked["overlap"]),
    )


def _report(here: Here, asked: Mapping[str, Any]) -> Report:
    wrong = [name for name in _NOT_FOR_REPORTS if asked[name]]
    if wrong:
        flag = "review" if wrong[0] == "protocol" else wrong[0]
        raise UsageError(f"the scheduler writes a report itself: leave out --{flag}")
    return Report(
        title=line(asked["title"]) if asked["title"] else None,
        tags=tuple(map(line, asked["tags"])),
        priority=asked["priority"],
        language=asked["language"] or choose_language(here.environ, here.environ.get("MOZIPLUS_LANGUAGE")),
    )


def _work(here: Here, project: str, name: str, asked: Mapping[str, Any]) -> CreateTask:
    if asked["language"]:
        raise UsageError("--language is for a --report; an agent follows what the task says")
    flags = ("body", "assignee", "needs", "priority", "tags", "protocol", "no_review", "expect")
    above = None if asked["parent"] is None else named(here, asked["parent"], project)[1]
    given = {flag: asked[flag] for flag in flags}
    return asked_for(**given, title=asked["title"] or name, parent=above, project=project)
