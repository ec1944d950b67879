"""Owns how schedules look to people and to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.blackboard.reads.schedules import template_of
from console.cli.in_words import in_words
from console.cli.output import Column
from console.clock import iso
from console.days import shown
from console.errors import UsageError
from console.records.schedule import ScheduleKind

if TYPE_CHECKING:
    from console.api.schedule import Made, Schedule
    from console.records.schedule import Schedule as Record
    from console.records.schedule import Template

__all__ = ("COLUMNS", "schedule_record")

COLUMNS = (
    Column("SCHEDULE", lambda r: f"{r.project}: {r.name or r.id}"),
    Column("WHEN", lambda r: in_words(r.when)),
    Column("NEXT", lambda r: r.next_at if r.enabled else "disabled", words=True),
    Column("RUNS", "runs", right=True),
    Column("MISSED", "missed", right=True),
    Column("OPEN", lambda r: f"#{r.open_task}" if r.open_task else None),
    Column("MAKES", lambda r: _makes(r), most=120, gives=True),
)
_UNITS = ((604_800, "w"), (86_400, "d"), (3600, "h"), (60, "min"))


def schedule_record(project: str, one: Record) -> Schedule:
    """As it leaves the house."""
    from console.api.schedule import Schedule

    template = _template(one)
    return Schedule(
        project=project,
        id=one.id,
        name=one.name,
        kind=one.kind,
        at_time=one.at_time,
        every_seconds=one.every,
        cron=one.cron,
        zone=one.zone,
        except_=tuple(one.skips.split()),
        when=_when(one),
        misfire=one.misfire,
        overlap=one.overlap,
        enabled=one.enabled,
        next_at=iso(one.next_at),
        next=shown(one.next_at),
        last_at=iso(one.last_at),
        runs=one.runs,
        missed=one.missed,
        open_task=one.open_task,
        report=template is not None and template.report,
        language=template.language if template is not None and template.report else None,
        task=None if template is None else _task(template),
    )


def _when(one: Record) -> str:
    if one.kind == ScheduleKind.DAILY:
        return f"daily at {one.at_time}"
    if one.kind == ScheduleKind.INTERVAL:
        return f"every {_span(one.every or 0)}"
    days = one.skips.split()
    without = f", not on {days[0]}{f' and {len(days) - 1} other day(s)' if days[1:] else ''}" if days else ""
    return f"at {one.cron} in {one.zone}{without}" if one.zone else f"at {one.cron}{without}"


def _template(one: Record) -> Template | None:
    try:
        return template_of(one)
    except UsageError:
        return None


def _task(template: Template) -> Made:
    from console.api.schedule import Made

    fields = {name: getattr(template, name) for name in Made.__struct_fields__ if name != "due_in_seconds"}
    return Made(**fields, due_in_seconds=template.due_in)


def _makes(record: Schedule) -> str:
    if record.task is None:
        return in_words("(cannot be read)")
    return f"{in_words('report') + ': ' if record.report else ''}{record.task.title}"


def _span(seconds: int) -> str:
    for size, unit in _UNITS:
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
