"""`moziplus task graph`: who waits for whom. It reads the tasks and their dependencies, and draws them; it decides nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from console.cli.graph_views import graph_record, graph_text
from console.cli.nouns import named, the_project
from console.cli.options import Here, command, pass_here

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.blackboard.reads.graph import TaskGraph

__all__ = ("graph",)


@command("graph", prints="graph.Graph")
@click.argument("number", metavar="[N]", required=False)
@click.option("--project", metavar="P", help="Its project, where that is not clear.")
@click.option("--all", "every", is_flag=True, help="Done and cancelled tasks too.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=500, show_default=True, help="At most so many tasks.")
@pass_here
def graph(here: Here, number: str | None, project: str | None, every: bool, limit: int) -> None:
    """Show who waits for whom: in a project, or of all that hangs together with task N (its parts, too).

    Each task stands below the last one that it waits for. Without N and --all only what is not over is shown.
    """
    if number is None:
        place, task_id = the_project(here, project), None
    else:
        place, task_id = named(here, number, project)
    with here.blackboard(place, read_only=True) as db:
        found = _read(db, task_id, every, limit)
    record = graph_record(place, found)
    here.out.one(record, lambda: graph_text(record, _width()))


def _read(db: Database, task_id: int | None, every: bool, limit: int) -> TaskGraph:
    from console.blackboard.reads.graph import graph_around, graph_of_project

    return graph_of_project(db, every=every, limit=limit) if task_id is None else graph_around(db, task_id, limit=limit)


def _width() -> int | None:
    """Columns of the terminal; a pipe gets everything."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns
