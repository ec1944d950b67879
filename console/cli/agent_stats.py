"""Owns `moziplus agent stats`: what each agent has done in the last days, over one project or all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.blackboard.reads.agent_stats import add_to, agent_stats
from console.cli.nouns import every_board
from console.cli.options import Here, pass_here
from console.cli.output import Column
from console.days import LOCAL, start_of_next_day

if TYPE_CHECKING:
    from console.records.agent_stats import AgentStats

__all__ = ("stats",)

_COLUMNS = (
    Column("AGENT", "agent", most=40),
    Column("NOW", "load", right=True),
    Column("RUNS", "runs", right=True),
    Column("REVIEWS", "reviews", right=True),
    Column("FIRST TRY", lambda r: "-" if r.first_try_share is None else f"{r.first_try_share:.0%}", right=True),
    Column("MINUTES", lambda r: f"{r.minutes:.0f}", right=True),
    Column("COST", lambda r: f"{r.cost:.2f}", right=True),
    Column("WAITS FOR YOU", lambda r: f"{r.waiting or '-'}", right=True),
    Column("WAITED MINUTES", lambda r: f"{r.waited_minutes:.0f}", right=True),
    Column("PROJECTS", lambda r: ", ".join(r.projects), most=60, gives=True),
)


@click.option("--project", metavar="P", help="Only of this project.")
@click.option(
    "--days", type=click.IntRange(1, 366), default=7, show_default=True, help="How many days, today among them."
)
@pass_here
def stats(here: Here, project: str | None, days: int) -> None:
    """Show what each agent has done in the last days: runs, how often the first try succeeds, minutes, cost, waiting."""
    from console.api.agent_stats import AgentStats as Told

    now = here.clock.now()
    until = start_of_next_day(now, LOCAL)
    found: dict[str, AgentStats] = {}
    projects: dict[str, list[str]] = {}

    def read(name: str, db: Any) -> list[AgentStats]:
        for one in agent_stats(db, days=days, until=until, now=now):
            add_to(found, one)
            projects.setdefault(one.agent, []).append(name)
        return []

    every_board(here, project, read)
    order = sorted(found.values(), key=lambda one: (-one.began, one.agent))
    here.out.many(
        [Told.of(one, days, tuple(sorted(projects[one.agent]))) for one in order],
        _COLUMNS,
        empty=f"no agent has done anything in {days} days",
    )
