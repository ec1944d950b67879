"""`moziplus alert`: lists what wants attention, in the projects and in the home itself, and acknowledges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.nouns import every_board, named, of_home, project_option
from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.cli.reference import numbered
from console.errors import UsageError

if TYPE_CHECKING:
    from console.api.alert import Alert
    from console.blackboard.connection import Database

__all__ = ("ACTIONS", "alert")

ACTIONS = {"ack": "acknowledge"}
"""Command to the id of the console's action that does the same."""

_COLUMNS = (
    Column("ALERT", lambda r: f"{r.project}#{r.id}" if r.project else str(r.id)),
    Column("LEVEL", "level", words=True),
    Column("OPEN", "open"),
    Column("TASK", lambda r: f"#{r.task}" if r.task else None),
    Column("SINCE", "at"),
    Column("WHAT", "body", most=200, gives=True, words=True),
)


@group("alert")
def alert() -> None:
    """List and acknowledge alerts."""


@alert.command("list", prints="alert.Alert", each=True)
@project_option
@click.option("--all", "every", is_flag=True, help="Everything noticed, settled and routine too, newest first.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="At most so many.")
@pass_here
def list_(here: Here, project: str | None, every: bool, limit: int) -> None:
    """List what wants attention, worst first: of the home and of every project, or of one project."""
    from console.showing.alerts import alerts_everywhere

    if every:
        rows = _noticed(here, project, limit)
    else:
        of = None if project is None else lambda read: every_board(here, project, read)
        rows = alerts_everywhere(here.home, here.now(), here.left_out, here.environ, of)
    here.out.many(rows[:limit], _COLUMNS, empty="nothing wants attention")


@alert.command("ack", prints="alert.Alert", each=True)
@click.argument("numbers", metavar="N…", nargs=-1, required=True)
@project_option
@pass_here
def ack(here: Here, numbers: tuple[str, ...], project: str | None) -> None:
    """Acknowledge alerts: `quant#3` or --project for a project's, a bare number for the home's own."""
    from console.api.alert import Alert
    from console.commands import observations

    for place, number in [_place(here, text, project) for text in numbers]:
        with here.state() if place is None else here.blackboard(place) as db:
            found = observations.acknowledge(here.asking(db, place), number)
        name = f"{place}#{number}" if place else str(number)
        here.out.one(Alert.of(place, found), f"acknowledged {name}: {found.body}")


def _noticed(here: Here, project: str | None, limit: int) -> list[Alert]:
    """Everything, the newest first."""
    from console.api.alert import Alert
    from console.blackboard.reads.notes import observations

    def read(name: str | None, db: Database) -> list[Alert]:
        return [Alert.of(name, entry) for entry in observations(db, limit=limit)]

    rows = of_home(here, lambda db: read(None, db)) if project is None else []
    rows += every_board(here, project, read)
    return sorted(rows, key=lambda row: row.at or "", reverse=True)


def _place(here: Here, text: str, project: str | None) -> tuple[str | None, int]:
    if project is None and text.startswith("#"):
        raise UsageError(
            f"{text[:40]!r}: name the alert's project, as in quant#3; {text[1:40]} alone is the home's own"
        )
    if project is None and "#" not in text:
        return None, numbered(text, "alert")
    return named(here, text, project)
