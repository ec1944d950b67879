"""Owns the writes to schedules: add, remove, switch on and off, and the run, which makes its task and moves on in one step.

A run happens once for each moment, whoever asks and however often: the row that says which moment comes next is changed
in the transaction that makes the task.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo

import msgspec

from console.blackboard.connection import Database, write
from console.blackboard.reads.schedules import get_schedule, template_of
from console.blackboard.writes.notes import end_alert, observe
from console.blackboard.writes.stamps import STAMP, stamped
from console.blackboard.writes.tasks import BODY_MAX, TITLE_MAX, NewTask, create_task
from console.crash import crash_point
from console.days import day_of, zone_named
from console.errors import Conflict, NotFound, UsageError
from console.records.actor import Actor
from console.records.alert import Level
from console.records.schedule import Misfire, Overlap, Schedule, ScheduleKind, Template
from console.records.task import Task, TaskKind

__all__ = ("NewSchedule", "Passed", "add_schedule", "enable_schedule", "remove_schedule", "run_schedule")

MOST = 200
"""Schedules of a project; each is looked at in every decision."""
SHORTEST, LONGEST = 60, 366 * 86_400
"""Seconds of an interval."""
_NAME = re.compile(r"[^\s#/\x00-\x1f\x7f-\x9f]{1,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchedule:
    """What a schedule is made with; fields as in records.schedule.Schedule."""

    name: str
    kind: ScheduleKind
    at_time: str | None = None
    every: int | None = None
    cron: str | None = None
    zone: str | None = None
    skips: str = ""
    misfire: Misfire = Misfire.ONCE
    overlap: Overlap = Overlap.SKIP
    template: Template
    next_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The moments that a schedule is taken past; fields as in scheduler.actions.RunSchedule."""

    expected: int
    moment: int
    next_at: int
    makes: bool
    missed: int
    waits_for: int | None
    zone: tzinfo
    """In which `{date}` is meant."""


def add_schedule(db: Database, new: NewSchedule, *, by: Actor, now: int) -> Schedule:
    """Make a schedule. Raises UsageError for a bad name or interval, Conflict where the name is taken."""
    if not _NAME.fullmatch(new.name) or new.name.isdecimal():
        raise UsageError(f"{new.name[:80]!r} cannot be a name: 1 to 63 characters, no blanks, # or /, not a number")
    if new.kind == ScheduleKind.INTERVAL and not SHORTEST <= (new.every or 0) <= LONGEST:
        raise UsageError(f"an interval has {SHORTEST} s to {LONGEST // 86_400} days; this one has {new.every or 0} s")
    _check(new.template)
    with write(db, durable=True):
        if db.execute("SELECT 1 FROM schedules WHERE name = ?", (new.name,)).fetchone():
            raise Conflict(
                f"there is a schedule {new.name!r} already; `moziplus schedule remove {new.name}` removes it"
            )
        (count,) = db.execute("SELECT count(*) FROM schedules").fetchone()
        if count >= MOST:
            raise Conflict(f"the project has {count} schedules, which is the most; remove one first")
        done = db.execute(
            "INSERT INTO schedules (name, kind, at_time, every, cron, zone, skips, misfire, overlap, template, next_at,"
            " updated_at, actor, origin, in_session) VALUES (:name, :kind, :at_time, :every, :cron, :zone, :skips,"
            " :misfire, :overlap, :template, :next_at, :now, :actor, :origin, :in_session)",
            stamped(
                by,
                now,
                name=new.name,
                kind=str(ScheduleKind.DAILY if new.kind == ScheduleKind.CRON else new.kind),
                at_time=new.at_time,
                every=new.every,
                cron=new.cron,
                zone=new.zone,
                skips=new.skips,
                misfire=str(new.misfire),
                overlap=str(new.overlap),
                template=msgspec.json.encode(new.template).decode(),
                next_at=new.next_at,
            ),
        )
    return get_schedule(db, done.lastrowid or 0)


def remove_schedule(db: Database, schedule_id: int, *, now: int) -> Schedule:
    """Forget a schedule; the tasks that it made stay. Raises NotFound."""
    with write(db, durable=True):
        schedule = get_schedule(db, schedule_id)
        _settle_notices(db, schedule, now)
        db.execute("DELETE FROM schedules WHERE id = ?", (schedule_id,))
    return schedule


def enable_schedule(db: Database, schedule_id: int, *, next_at: int | None, by: Actor, now: int) -> Schedule:
    """Let a schedule run again from `next_at` on, or with None let it rest. Doing so twice is fine. Raises NotFound."""
    with write(db, durable=True):
        schedule = get_schedule(db, schedule_id)
        if schedule.enabled != (next_at is not None):
            db.execute(
                f"UPDATE schedules SET enabled = :enabled, next_at = :next_at, {STAMP} WHERE id = :id",
                stamped(by, now, id=schedule_id, enabled=next_at is not None, next_at=next_at or schedule.next_at),
            )
            _settle_notices(db, schedule, now)
    return get_schedule(db, schedule_id)


def run_schedule(db: Database, schedule_id: int, passed: Passed, *, by: Actor, now: int) -> Task | None:
    """Take a schedule past its moments and make the task of the last one, if it makes one.

    None where none is made, or where another scheduler was faster. A template that cannot be used switches it off, with
    an alert. Raises NotFound where the schedule is gone.
    """
    with write(db, durable=True):
        schedule = get_schedule(db, schedule_id)
        if not schedule.enabled or schedule.next_at != passed.expected:
            return None
        task = None
        if passed.makes:
            try:
                task = _make(db, schedule, passed, by, now)
            except (UsageError, NotFound) as error:
                _switch_off(db, schedule, str(error), by, now)
                return None
        db.execute(
            "UPDATE schedules SET next_at = :next_at, last_at = :moment, runs = runs + :made, missed = missed + :missed,"
            f" {STAMP} WHERE id = :id",
            stamped(
                by,
                now,
                id=schedule_id,
                next_at=passed.next_at,
                moment=passed.moment,
                made=passed.makes,
                missed=passed.missed,
            ),
        )
        _tell(db, schedule, passed, by, now)
        crash_point("schedule.before_commit")
    crash_point("schedule.after_commit")
    return task


def _check(template: Template) -> None:
    """Refuse at once what every run would refuse."""
    title, body = (text.replace("{date}", "2026-11-20") for text in (template.title, template.body))
    if not title.strip() or len(title) > TITLE_MAX:
        raise UsageError(f"a title has 1 to {TITLE_MAX} characters; this one has {len(title)}")
    if len(body) > BODY_MAX:
        raise UsageError(f"the body has {len(body)} characters; at most {BODY_MAX} fit, put the rest into a file")


def _make(db: Database, schedule: Schedule, passed: Passed, by: Actor, now: int) -> Task:
    template = template_of(schedule)
    # A report at midnight is one of the day that ends.
    zone = zone_named(schedule.zone) if schedule.zone else passed.zone
    day = day_of(passed.moment - 1 if template.report else passed.moment, zone).isoformat()
    due = None if template.due_in is None else passed.moment + template.due_in * 1000
    new = NewTask(
        title=template.title.replace("{date}", day),
        body=template.body.replace("{date}", day),
        assignee=template.assignee,
        role=template.role,
        needs=template.needs,
        tags=template.tags,
        priority=template.priority,
        deadline=due,
        not_before=passed.moment,
        parent=template.parent,
        reviews=template.reviews,
        kind=TaskKind.REPORT if template.report else TaskKind.WORK,
        expect=template.expect,
        schedule=schedule.id,
    )
    return create_task(db, new, by=by, now=now, key=f"schedule:{schedule.id}:{passed.moment}")


def _tell(db: Database, schedule: Schedule, passed: Passed, by: Actor, now: int) -> None:
    """One open notice at most says what was missed last; a run in time ends it."""
    _settle_notices(db, schedule, now)
    if not passed.missed:
        return
    name, cause = schedule.name or f"#{schedule.id}", f"schedule:{schedule.id}"
    if passed.waits_for is not None:
        body = f"schedule {name}: #{passed.waits_for} is still open, so no further task was made"
        level = Level.OPTIONAL if passed.missed == 1 else Level.ROUTINE
    else:
        then = "one run makes up for them" if passed.makes else "none was made up for"
        body, level = f"schedule {name}: {passed.missed} moment(s) passed while nobody could act; {then}", Level.ROUTINE
    observe(db, body, level=level, cause=cause, task_id=passed.waits_for, by=by, now=now)


def _switch_off(db: Database, schedule: Schedule, reason: str, by: Actor, now: int) -> None:
    db.execute(f"UPDATE schedules SET enabled = 0, {STAMP} WHERE id = :id", stamped(by, now, id=schedule.id))
    name = schedule.name or f"#{schedule.id}"
    body = f"schedule {name} can make no task and is switched off: {reason}; remove it and add it anew"
    observe(db, body, level=Level.ATTENTION, cause=f"schedule:{schedule.id}:broken", by=by, now=now)


def _settle_notices(db: Database, schedule: Schedule, now: int) -> None:
    for cause in (f"schedule:{schedule.id}", f"schedule:{schedule.id}:broken"):
        end_alert(db, cause, now=now)
