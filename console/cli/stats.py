"""Owns `moziplus stats`: what the team did day by day, over one project or all of them."""

from __future__ import annotations

from typing import Any

import click

from console.blackboard.reads.day_stats import day_stats, midnights
from console.cli.nouns import every_board
from console.cli.options import Here, command, pass_here
from console.cli.output import Column
from console.records.day_stats import DayStats, added

__all__ = ("stats",)

_COLUMNS = (
    Column("DAY", lambda r: r.day if r.known else f"{r.day} ?"),
    Column("COST", lambda r: f"{r.cost:.2f}", right=True),
    Column("TOKENS", "tokens", right=True),
    Column("DONE", "done", right=True),
    Column("WAITED FOR YOU", lambda r: f"{r.waited_minutes / 60:.1f} h", right=True),
    Column("IN QUEUE", lambda r: f"{r.queued_minutes / 60:.1f} h", right=True),
)


@command("stats", prints="day_stats.DayStats", each=True)
@click.option("--project", metavar="P", help="Only of this project.")
@click.option(
    "--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How many days, today among them."
)
@pass_here
def stats(here: Here, project: str | None, days: int) -> None:
    """Show day by day what was used, how many tasks were done, and for how long tasks waited, for you and in the queue.

    The waits of all tasks are added up: three that waited an hour each are three hours.
    A day with ? is one to which the feed does not reach back.
    """
    from console.api.day_stats import DayStats as Told

    now = here.clock.now()
    bounds = midnights(days, now)
    found: list[tuple[DayStats, ...]] = []

    def read(name: str, db: Any) -> list[DayStats]:
        found.append(day_stats(db, bounds, now=now))
        return []

    every_board(here, project, read)
    whole = found[0] if found else ()
    for other in found[1:]:
        whole = added(whole, other)
    here.out.many([Told.of(one) for one in whole], _COLUMNS, empty="no projects yet")
