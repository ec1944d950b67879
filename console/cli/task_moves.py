"""Owns the commands that say where a task goes: cancel, retry, hold, release, assign. The acts are not decided here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from console.cli.notes import told_of
from console.cli.nouns import one_board, project_option
from console.cli.options import Here, command, pass_here
from console.errors import UsageError

if TYPE_CHECKING:
    from console.commands.context import Context
    from console.commands.tasks import AboutTask
    from console.records.task import Task

__all__ = ("assign", "cancel", "hold", "raise_", "release", "retry")


@command("cancel", prints="task.TaskDone")
@click.argument("number", metavar="N")
@project_option
@click.option("--reason", default="", metavar="TEXT", help="Kept with the task.")
@pass_here
def cancel(here: Here, number: str, project: str | None, reason: str) -> None:
    """End a task for good; its agents are stopped. `task retry` brings it back. Ends with 5 where one still lives."""
    from console.commands import tasks

    _act(here, number, project, "cancelled", tasks.cancel, reason, stops=True)


@command("retry", prints="task.TaskDone")
@click.argument("number", metavar="N")
@project_option
@pass_here
def retry(here: Here, number: str, project: str | None) -> None:
    """Put a failed or cancelled task back to pending, with all its attempts."""
    from console.commands import tasks

    _act(here, number, project, "pending again", tasks.retry)


@command("hold", prints="task.TaskDone")
@click.argument("number", metavar="N")
@project_option
@click.option("--reason", default="", metavar="TEXT", help="Shown with the task.")
@pass_here
def hold(here: Here, number: str, project: str | None, reason: str) -> None:
    """Keep a task from going on; an agent at work on it is stopped. Ends with 5 where it still lives."""
    from console.commands import tasks

    _act(here, number, project, "held", tasks.hold, reason, stops=True)


@command("release", prints="task.TaskDone")
@click.argument("number", metavar="N")
@project_option
@pass_here
def release(here: Here, number: str, project: str | None) -> None:
    """Let a held task go on where it was."""
    from console.commands import tasks

    _act(here, number, project, "no longer held", tasks.release)


@command("raise", prints="task.TaskDone")
@click.argument("number", metavar="N")
@project_option
@click.option("--tokens", type=click.IntRange(1), metavar="N", help="So many more.")
@click.option("--cost", type=click.FloatRange(0, min_open=True), metavar="X", help="So many US dollars more.")
@click.option("--seconds", type=click.IntRange(1), metavar="S", help="So much more run time.")
@click.option("--sessions", type=click.IntRange(1), metavar="N", help="So many more.")
@pass_here
def raise_(
    here: Here,
    number: str,
    project: str | None,
    tokens: int | None,
    cost: float | None,
    seconds: int | None,
    sessions: int | None,
) -> None:
    """Raise the caps of a task, by as much again where nothing is named; one that waits at its cap goes on."""
    from console.commands.caps import RaiseCap, raise_cap

    with one_board(here, number, project) as (place, task_id, db):
        asked = RaiseCap(task=task_id, tokens=tokens, cost=cost, seconds=seconds, sessions=sessions)
        found, to = raise_cap(here.asking(db, place), asked)
    told_of(here, place, found, f"{place}#{task_id} may use {to} now")


@command("assign", prints="task.TaskDone")
@click.argument("number", metavar="N")
@project_option
@click.option("--assignee", metavar="A|@ROLE", help="An agent of the project, or a role.")
@click.option("--needs", "needs", multiple=True, metavar="C", help="A capability that the agent must have.")
@click.option("--anyone", is_flag=True, help="No agent, no role, no capability.")
@pass_here
def assign(
    here: Here, number: str, project: str | None, assignee: str | None, needs: tuple[str, ...], anyone: bool
) -> None:
    """Say who does a task: an agent, a role, whoever has the capabilities."""
    from console.cli.words import line
    from console.commands import tasks

    if anyone == bool(assignee or needs):
        raise UsageError("say who: --assignee A, --assignee @ROLE, --needs C, or --anyone alone")
    with one_board(here, number, project) as (place, task_id, db):
        who = line(assignee) if assignee else None
        asked = tasks.AssignTask(task=task_id, assignee=who, needs=tuple(map(line, needs)))
        found = tasks.assign(here.asking(db, place), asked)
    told_of(here, place, found, f"{place}#{task_id} is assigned")


def _act(
    here: Here,
    number: str,
    project: str | None,
    says: str,
    act: Callable[[Context, AboutTask], Task],
    reason: str = "",
    *,
    stops: bool = False,
) -> None:
    from console.cli import words
    from console.cli.stopping import ends_of
    from console.commands.tasks import AboutTask

    with one_board(here, number, project) as (place, task_id, db):
        found = act(here.asking(db, place), AboutTask(task=task_id, reason=words.reason(reason)))
        ends = ends_of(here, place, db, task_id)
    more = {name: tuple(ids) for name, ids in ends.record.items()} if stops else {}
    told_of(here, place, found, f"{place}#{task_id} is {says}" + ends.words, **more)
    ends.tell()
