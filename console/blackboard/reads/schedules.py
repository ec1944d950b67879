"""Owns the questions about schedules: all of a project, one by its name or number, and what the scheduler must know of them."""

from __future__ import annotations

import msgspec

from console.blackboard.connection import Database, translated
from console.days import clock_time
from console.errors import NotFound, UsageError
from console.records.schedule import Schedule, ScheduleKind, Template
from console.text import same_name

__all__ = (
    "enabled_schedules",
    "find_schedule",
    "get_schedule",
    "list_schedules",
    "report_language",
    "template_of",
    "unwritten_reports",
)

# Work that waits for a person alone (held, escalated) keeps no moment from making the next; an agent that has not gone does.
_OPEN = (
    "nullif(max("
    " coalesce((SELECT max(t.id) FROM tasks t WHERE t.schedule = s.id AND t.status IN ('pending', 'working', 'review')"
    " AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.task_id = t.id AND r.status = 'escalated')), 0),"
    " coalesce((SELECT max(t.id) FROM sessions x JOIN tasks t ON t.id = x.task_id"
    " WHERE x.gone_at IS NULL AND t.schedule = s.id), 0)), 0) AS open_task"
)


def list_schedules(db: Database) -> tuple[Schedule, ...]:
    """Every schedule, the one that comes next first, those that are disabled last."""
    return _read(db, "ORDER BY enabled DESC, next_at, id")


def enabled_schedules(db: Database) -> tuple[Schedule, ...]:
    """Those that may run. One that a bare shell has spoilt is left out: it must not stop the others."""
    return tuple(one for one in _read(db, "WHERE enabled = 1 ORDER BY next_at, id") if _sound(one))


def get_schedule(db: Database, schedule_id: int) -> Schedule:
    """One schedule. Raises NotFound."""
    found = _read(db, "WHERE s.id = ?", schedule_id)
    if not found:
        raise NotFound(f"there is no schedule {schedule_id}; `moziplus schedule list` shows them")
    return found[0]


def find_schedule(db: Database, named: str) -> Schedule:
    """One schedule by its name, else by its number. Raises NotFound."""
    found = _read(db, "WHERE s.name = ?", same_name(named))
    if not found and (number := named.removeprefix("#")).isdecimal() and len(number) < 19:
        found = _read(db, "WHERE s.id = ?", int(number))
    if not found:
        raise NotFound(f"there is no schedule {named[:80]!r}; `moziplus schedule list` shows them")
    return found[0]


def template_of(schedule: Schedule) -> Template:
    """What its tasks are made of. Raises UsageError where a bare shell has spoilt it."""
    try:
        return msgspec.json.decode(schedule.template, type=Template)
    except msgspec.MsgspecError as error:
        raise UsageError(f"the template of schedule {schedule.name or schedule.id} cannot be read: {error}") from error


def report_language(db: Database, task_id: int) -> str:
    """In which language the report of a task is written; English where its schedule is gone."""
    with translated(db.path):
        row = db.execute("SELECT schedule FROM tasks WHERE id = ?", (task_id,)).fetchone()
    if row is None or row["schedule"] is None:
        return "en"
    try:
        return template_of(get_schedule(db, row["schedule"])).language
    except UsageError:
        return "en"


def unwritten_reports(db: Database) -> tuple[int, ...]:
    """Tasks that stand for a report that is not written yet."""
    with translated(db.path):
        rows = db.execute(
            "SELECT id FROM tasks INDEXED BY tasks_unapplied"
            " WHERE kind <> 'work' AND kind = 'report' AND applied_at IS NULL AND status = 'pending' ORDER BY id LIMIT 20"
        ).fetchall()
    return tuple(row["id"] for row in rows)


def _read(db: Database, which: str, *values: object) -> tuple[Schedule, ...]:
    with translated(db.path):
        rows = db.execute(f"SELECT s.*, {_OPEN} FROM schedules s {which}", values).fetchall()
    return tuple(Schedule.from_row(row) for row in rows)


def _sound(schedule: Schedule) -> bool:
    if schedule.kind == ScheduleKind.CRON:
        from console.scheduler.calendar import is_sound

        return is_sound(schedule)
    if schedule.kind == ScheduleKind.INTERVAL:
        return schedule.every is not None and schedule.every > 0
    try:
        return schedule.at_time is not None and bool(clock_time(schedule.at_time))
    except UsageError:
        return False
