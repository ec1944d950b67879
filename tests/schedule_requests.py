"""Owns the table of what the operator asks about work that comes again, as each door that has it is asked. No test is here."""

from __future__ import annotations

from typing import Any

from console.blackboard.writes.schedules import NewSchedule, add_schedule, enable_schedule
from console.commands import schedules
from console.commands.new_task import CreateTask
from console.commands.schedules import AddSchedule, Report
from console.commands.text import Line, Prose
from console.records.schedule import ScheduleKind, Template
from tests.door_requests import SAID, Floor, Request
from tests.homes import BOSS, CLOCK, TeamHome

__all__ = ("SCHEDULE_REQUESTS",)

HOUR = 3_600_000


def hourly(team: TeamHome, project: str) -> None:
    new = NewSchedule(
        name="again", kind=ScheduleKind.INTERVAL, every=3600, template=Template(title="t"), next_at=CLOCK.now() + HOUR
    )
    add_schedule(team.db(project), new, by=BOSS, now=CLOCK.now())


def resting(team: TeamHome, project: str) -> None:
    hourly(team, project)
    enable_schedule(team.db(project), 1, next_at=None, by=BOSS, now=CLOCK.now())


def adds(at: Floor, name: str = "again", makes: CreateTask | Report | None = None, **when: Any) -> None:
    with at.context() as context:
        schedules.add(context, AddSchedule(name=Line(name), makes=makes or CreateTask(title=Line(name)), **when))


def asks(at: Floor, what: Any, name: str) -> None:
    with at.context() as context:
        what(context, name)


WORK = CreateTask(title=Line("count {date}"), body=Prose(SAID), assignee=Line("@developer"), tags=("ﬁ,é", "é"))
WORDS = ("--title", "count {date}", "--body", SAID, "--assignee", "@developer", "--tag", "ﬁ,é", "--tag", "é")
ADD = ("schedule", "add", "again")
SCHEDULE_REQUESTS: dict[str, Request] = {
    "work that comes daily": Request(
        moziplus=(*ADD, "--daily", "9:05", *WORDS), floor=lambda at: adds(at, makes=WORK, daily="9:05")
    ),
    "work that comes by a calendar": Request(
        moziplus=(*ADD, "--daily", "9:05", "--weekdays", "mon-fri", "--zone", "Asia/Shanghai", "--except", "2030-01-01"),
        floor=lambda at: adds(
            at, daily="9:05", weekdays="mon-fri", zone="Asia/Shanghai", leave_out=("2030-01-01",)
        ),
    ),
    "work that comes hourly": Request(moziplus=(*ADD, "--every", "1h"), floor=lambda at: adds(at, every="1h")),
    "work that comes at no time": Request(
        moziplus=ADD, floor=lambda at: adds(at), says="say when: one of --daily HH:MM", code=2
    ),
    "work that comes too often": Request(
        moziplus=(*ADD, "--every", "1h", "--weekdays", "mon-fri"),
        floor=lambda at: adds(at, every="1h", weekdays="mon-fri"), says="go with --daily and --cron", code=2,
    ),
    "work that comes again for nobody here": Request(
        moziplus=(*ADD, "--every", "1h", "--assignee", "nobody"),
        floor=lambda at: adds(at, makes=CreateTask(title=Line("again"), assignee=Line("nobody")), every="1h"),
        says="no agent 'nobody' in this project", code=2,
    ),
    "work that comes again in a task that is not there": Request(
        moziplus=(*ADD, "--every", "1h", "--parent", "9"),
        floor=lambda at: adds(at, makes=CreateTask(title=Line("again"), parent=9), every="1h"),
        says="there is no task #9", code=3,
    ),
    "a report": Request(
        moziplus=(*ADD, "--daily", "9:05", "--report", "--language", "zh", "--tag", f" {SAID}"[:60], "--tag", "b,a"),
        floor=lambda at: adds(at, makes=Report(tags=(f" {SAID}"[:60], "b,a"), language="zh"), daily="9:05"),
    ),
    "a second schedule of the name": Request(
        ready=hourly, moziplus=(*ADD, "--every", "1h"), floor=lambda at: adds(at, every="1h"),
        says="there is a schedule 'again' already", code=4,
    ),
    "a schedule that rests": Request(
        ready=hourly, moziplus=("schedule", "disable", "again"), floor=lambda at: asks(at, schedules.disable, "again")
    ),
    "a schedule that goes on": Request(
        ready=resting, moziplus=("schedule", "enable", "#1"), floor=lambda at: asks(at, schedules.enable, "#1")
    ),
    "a schedule that goes": Request(
        ready=hourly, moziplus=("schedule", "remove", "again"), floor=lambda at: asks(at, schedules.remove, "again")
    ),
    "a schedule that is not there": Request(
        ready=hourly, moziplus=("schedule", "disable", "other"), floor=lambda at: asks(at, schedules.disable, "other"),
        says="there is no schedule 'other'", code=3,
    ),
}  # fmt: skip
