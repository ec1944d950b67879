"""`moziplus schedule`: work that comes again, and the daily report. What follows from a moment is the scheduler's rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.cli.notes import on_queue, with_notes
from console.cli.nouns import every_board, project_option, the_project
from console.cli.options import Here, group, pass_here
from console.cli.schedule_views import COLUMNS, schedule_record
from console.i18n import LANGUAGES

if TYPE_CHECKING:
    from console.api.schedule import Schedule
    from console.blackboard.connection import Database

__all__ = ("schedule",)


@group("schedule")
def schedule() -> None:
    """Work that comes again: every day at a time, by a calendar, or every so often; and the daily report."""


@schedule.command("add", prints="schedule.ScheduleDone")
@click.argument("name", metavar="NAME")
@click.option("--project", metavar="P", help="The project whose work it makes.")
@click.option("--daily", metavar="HH:MM", help="Every day at this time of the machine that schedules.")
@click.option("--cron", metavar="EXPR", help="By a calendar: '30 9 * * 1-5' is 09:30 from Monday to Friday.")
@click.option(
    "--weekdays",
    metavar="[DAYS]",
    is_flag=False,
    flag_value="mon-fri",
    help="With --daily: only on these, as mon-fri (which is meant without DAYS), sat,sun or 周一,周三.",
)
@click.option("--zone", metavar="ZONE", help="Of --daily and --cron, as Asia/Shanghai; else that of the machine.")
@click.option(
    "--except", "except_", multiple=True, metavar="DATE", help="Not on this day, or these: 2026-10-01..2026-10-07."
)
@click.option("--every", metavar="SPAN", help="Every 30m, 4h, 2d, 1w; counted from --start, else from now.")
@click.option(
    "--kind",
    type=click.Choice(["daily", "interval", "intraday", "cron"]),
    help="Follows from --daily, --every and --cron; intraday is another word for interval.",
)
@click.option("--start", metavar="WHEN", help="No run before it.")
@click.option(
    "--misfire",
    type=click.Choice(["once", "skip"]),
    default="once",
    show_default=True,
    help="After moments that passed while nobody could act: one run makes up for all of them, or none does.",
)
@click.option(
    "--overlap",
    type=click.Choice(["skip", "queue"]),
    default="skip",
    show_default=True,
    help="While an agent may still be at its last task: make no further one, or make it all the same.",
)
@click.option("--report", is_flag=True, help="A daily report: written by the scheduler itself, without an agent.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the report; the one of this shell by default.")
@click.option("--title", metavar="T", help="What is to be done, NAME by default; {date} is the day of the run.")
@click.option("--body", metavar="B", help="All that is needed to do it, {date} as above; - reads stdin.")
@click.option("--assignee", metavar="A|@ROLE", help="An agent of the project, or a role.")
@click.option("--needs", multiple=True, metavar="C", help="A capability that the agent must have.")
@click.option("--priority", type=click.IntRange(0, 4), default=2, show_default=True, help="0 is most urgent.")
@click.option("--deadline", metavar="SPAN", help="Each task is due so long after its moment.")
@click.option("--parent", metavar="N", help="The task that each is a part of.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="A word to find them by.")
@click.option("--expect", multiple=True, metavar="PATH", help="An output that a submit must have, as in outputs/a.md.")
@click.option("--review", "protocol", multiple=True, metavar="PROTOCOL", help="Who judges; output_review by default.")
@click.option("--no-review", is_flag=True, help="A submit is final.")
@pass_here
def add(here: Here, /, name: str, project: str | None, **asked: Any) -> None:
    """Make work come again; what keeps it from being started now is told."""
    from console.api.schedule import ScheduleDone
    from console.api.shape import widened
    from console.cli.new_schedule import new_schedule
    from console.commands import schedules

    place = the_project(here, project)
    new = new_schedule(here, place, name, **asked)
    with here.blackboard(place) as db:
        made = schedules.add(here.asking(db, place), new)
    record = widened(ScheduleDone, schedule_record(place, made))
    human = f"{place}: {made.name} comes {record.when}, next at {record.next_at}"
    with_notes(here, record, human, on_queue(here, place))


@schedule.command("list", prints="schedule.Schedule", each=True)
@project_option
@pass_here
def list_(here: Here, project: str | None) -> None:
    """List what comes again, in a project or in all."""

    def read(place: str, db: Database) -> list[Schedule]:
        from console.blackboard.reads.schedules import list_schedules

        return [schedule_record(place, one) for one in list_schedules(db)]

    rows = every_board(here, project, read)
    here.out.many(rows, COLUMNS, empty="nothing comes again; `moziplus schedule add NAME --daily HH:MM` changes that")


@schedule.command("remove", prints="schedule.Schedule")
@click.argument("named", metavar="NAME|ID")
@project_option
@pass_here
def remove(here: Here, named: str, project: str | None) -> None:
    """Remove a schedule; the tasks that it made stay."""
    from console.commands import schedules

    place = the_project(here, project)
    with here.blackboard(place) as db:
        gone = schedules.remove(here.asking(db, place), named)
    here.out.one(schedule_record(place, gone), f"{place}: {gone.name} does not come again")


@schedule.command("enable", prints="schedule.Schedule")
@click.argument("named", metavar="NAME|ID")
@project_option
@pass_here
def enable(here: Here, named: str, project: str | None) -> None:
    """Let a schedule run again, from its next moment on."""
    from console.commands import schedules

    place = the_project(here, project)
    with here.blackboard(place) as db:
        one = schedules.enable(here.asking(db, place), named)
    record = schedule_record(place, one)
    here.out.one(record, f"{place}: {one.name} comes again at {record.next_at}")


@schedule.command("disable", prints="schedule.Schedule")
@click.argument("named", metavar="NAME|ID")
@project_option
@pass_here
def disable(here: Here, named: str, project: str | None) -> None:
    """Let a schedule rest: its moments pass and do not count."""
    from console.commands import schedules

    place = the_project(here, project)
    with here.blackboard(place) as db:
        one = schedules.disable(here.asking(db, place), named)
    here.out.one(schedule_record(place, one), f"{place}: {one.name} rests")
