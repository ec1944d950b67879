"""Owns the effects of schedules: a run on the blackboard, and the writing of a daily report, in steps that may be repeated.

A report is read, written as a file and recorded, in this order; after a crash between two of these it is done again,
and only the record counts.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import tzinfo
from pathlib import Path

from console.artifacts import Kept, make_task_folder, write_output
from console.blackboard.reads.report import day_report
from console.blackboard.reads.schedules import report_language
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.reports import fail_report, finish_report
from console.blackboard.writes.schedules import Passed, run_schedule
from console.clock import Clock
from console.crash import crash_point
from console.days import LOCAL, day_of
from console.engine.watched import Watched
from console.errors import UsageError
from console.records.actor import SCHEDULER
from console.redact import redact
from console.scheduler.actions import RunSchedule, WriteReport
from console.scheduler.report_text import notice, report_text

__all__ = ("run", "write_report")

_log = logging.getLogger("moziplus.scheduler")


async def run(project: Watched, action: RunSchedule, clock: Clock, zone: tzinfo = LOCAL) -> None:
    """Take a schedule past its moments, once, whoever else does the same."""
    passed = Passed(
        expected=action.expected,
        moment=action.moment,
        next_at=action.next_at,
        makes=action.makes,
        missed=action.missed,
        waits_for=action.waits_for,
        zone=zone,
    )
    task = await project.call(run_schedule, action.schedule_id, passed, by=SCHEDULER, now=clock.now())
    if task is not None:
        _log.info("schedule %s of %s made #%s", action.schedule_id, project.id, task.id)


async def write_report(project: Watched, action: WriteReport, clock: Clock, zone: tzinfo = LOCAL) -> None:
    """Write the report of a task and end it."""
    task = await project.call(get_task, action.task_id)
    language = await project.call(report_language, action.task_id)
    report = await project.call(day_report, action.task_id, now=clock.now())
    day = day_of((task.not_before or task.created_at) - 1, zone)
    text = redact(report_text(report, day, language=language, zone=zone))
    crash_point("report.before_write")
    try:
        kept = await asyncio.to_thread(_write, project.folder, action.task_id, f"report-{day}.md", text)
    except (OSError, UsageError) as error:
        _log.warning("the report #%s of %s cannot be written: %s", action.task_id, project.id, error)
        reason = f"the report cannot be written: {error}"
        await project.call(fail_report, action.task_id, reason=reason, by=SCHEDULER, now=clock.now())
        return
    crash_point("report.written")
    await project.call(
        finish_report,
        action.task_id,
        path=kept.path,
        sha256=kept.sha256,
        size=kept.size,
        notice=notice(report, day, f"artifacts/{action.task_id}/{kept.path}", language=language),
        until=report.until,
        mark=report.mark,
        by=SCHEDULER,
        now=clock.now(),
    )


def _write(folder: Path, task_id: int, name: str, text: str) -> Kept:
    task_folder = folder / "artifacts" / str(task_id)
    make_task_folder(task_folder)
    return write_output(task_folder, name, text.encode("utf-8"))
