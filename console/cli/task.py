"""`moziplus task`: what the operator sees of tasks and does to them. The acts themselves are the blackboard's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from console.cli.notes import told_of
from console.cli.nouns import every_board, named, one_board, project_option, the_project
from console.cli.options import Here, group, pass_here
from console.cli.task_comment import comment
from console.cli.task_ends import ends
from console.cli.task_graph import graph
from console.cli.task_moves import assign, cancel, hold, raise_, release, retry
from console.cli.task_plan import plan
from console.cli.task_views import COLUMNS, shown_text
from console.cli.task_where import conditions_of
from console.cli.task_worktree import discard, merge
from console.records.task import TaskStatus

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.blackboard.reads.conditions import Conditions
    from console.records.task import Task

__all__ = ("ACTIONS", "task")

NO_TASKS = "no such tasks; `--all` shows ended ones, too, `moziplus task create --project P --title T` makes one"
_SAME = ("assign", "cancel", "retry", "hold", "release", "merge", "discard", "comment")
ACTIONS = {"create": "new_task", "edit": "edit_task", "raise": "raise_cap"} | {name: name for name in _SAME}
"""Command to the id of the console's action that does the same."""

_PAGE = 500


@group("task")
def task() -> None:
    """Create, list, explain and steer tasks."""


def _repeated(flag: str, metavar: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(flag, multiple=True, metavar=metavar, help=text)


@task.command("create", prints="task.TaskDone")
@click.option("--project", metavar="P", help="The project it belongs to.")
@click.option("--title", required=True, metavar="T", help="What is to be done, in one line.")
@click.option("--body", metavar="B", help="All that is needed to do it; - reads stdin.")
@click.option("--assignee", metavar="A|@ROLE", help="An agent of the project, or a role.")
@_repeated("--needs", "C", "A capability that the agent must have.")
@click.option("--priority", type=click.IntRange(0, 4), default=2, show_default=True, help="0 is most urgent.")
@click.option(
    "--deadline",
    metavar="WHEN",
    help="As tomorrow 9:00, 明天 18:00, fri, 2026-11-30, 2d, 4h. It orders work, forbids nothing.",
)
@click.option("--not-before", metavar="WHEN", help="It is not started before.")
@_repeated("--after", "N", "A task that must be done first.")
@click.option("--parent", metavar="N", help="The task that it is a part of.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="A word to find it by.")
@click.option(
    "--review", "protocol", multiple=True, metavar="PROTOCOL", help="Who judges it; output_review by default."
)
@click.option("--no-review", is_flag=True, help="A submit is final.")
@ends
@_repeated("--cap", "UNIT=N", "The most that it may use: tokens=N, cost=X, seconds=N, sessions=N.")
@click.option("--key", metavar="TEXT", help="The same key again creates nothing and gives the first task.")
@click.option("--draft", is_flag=True, help="Held until `task release` lets it go.")
@pass_here
def create(here: Here, /, project: str | None, parent: str | None, key: str | None, draft: bool, **asked: Any) -> None:
    """Create a task."""
    from console.cli.new_task import asked_for
    from console.commands import new_task

    place = the_project(here, project)
    above = None if parent is None else named(here, parent, place)[1]
    wanted = replace(asked_for(**asked, parent=above, key=key, project=place), draft=draft)
    with here.blackboard(place) as db:
        made = new_task.create(here.asking(db, place), wanted)
    told_of(here, place, made, f"created {place}#{made.id} {made.title}")


for _one in (plan, graph, merge, discard, comment, cancel, retry, hold, release, raise_, assign):
    task.add_command(_one)


@task.command("list", prints="task.Task", each=True)
@project_option
@click.option("--status", multiple=True, type=click.Choice([str(s) for s in TaskStatus]), help="Only these.")
@click.option("--tag", metavar="T", help="Only with this tag.")
@click.option("--assignee", metavar="A", help="Only of this agent.")
@click.option("--where", "asked", metavar="CONDITIONS", help="As in 'status=review cost>2 agent~zhang age>3d'.")
@click.option("--all", "every", is_flag=True, help="Done and cancelled ones too.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=200, show_default=True, help="At most so many.")
@pass_here
def list_(here: Here, /, project: str | None, limit: int, **only: Any) -> None:
    """List tasks of a project, else of all."""

    from console.api.task import Task as Shown

    def read(name: str, db: Database) -> list[Shown]:
        asked = conditions_of(here, name, only["asked"])
        return [Shown.of(name, found) for found in _listed(db, only, asked, limit)]

    rows = every_board(here, project, read)[:limit]
    here.out.many(rows, COLUMNS, empty=NO_TASKS if only["asked"] is None else "no task meets all of --where")


@task.command("show", prints="task.TaskShown")
@click.argument("number", metavar="N")
@project_option
@pass_here
def show(here: Here, number: str, project: str | None) -> None:
    """Show one task with what lies around it."""
    from console.showing.tasks import shown_task

    with one_board(here, number, project, read_only=True) as (place, task_id, db):
        record = shown_task(place, task_id, db)
    here.out.one(record, lambda: shown_text(record))


@task.command("edit", prints="task.TaskDone")
@click.argument("number", metavar="N")
@project_option
@click.option("--title", metavar="T", help="What is to be done, in one line.")
@click.option("--body", metavar="B", help="All that is needed to do it; - reads stdin.")
@click.option("--priority", type=click.IntRange(0, 4), help="0 is most urgent.")
@click.option("--deadline", metavar="WHEN", help="As in create; `none` takes it away.")
@click.option("--not-before", metavar="WHEN", help="As in create; `none` takes it away.")
@click.option("--parent", metavar="N", help="The task that it is a part of, or `none`.")
@_repeated("--tag", "T", "All its tags from now on; `none` for none.")
@click.option("--review", "protocol", multiple=True, metavar="PROTOCOL", help="All its reviews from now on.")
@click.option("--no-review", is_flag=True, help="A submit is final.")
@ends
@_repeated("--cap", "UNIT=N", "All its own caps from now on, as in create; `none` for none.")
@_repeated("--after", "N", "A further task that must be done first.")
@_repeated("--not-after", "N", "A task that it need not wait for any more.")
@pass_here
def edit(here: Here, /, number: str, project: str | None, **asked: Any) -> None:
    """Change a task that is not done."""
    from console.cli.task_edit import changes_of
    from console.commands import tasks

    with one_board(here, number, project) as (place, task_id, db):
        found = tasks.edit(here.asking(db, place), changes_of(here, place, task_id, asked))
    told_of(here, place, found, f"changed {place}#{task_id}")


@task.command("explain", prints="why.Explained")
@click.argument("number", metavar="N")
@project_option
@pass_here
def explain(here: Here, number: str, project: str | None) -> None:
    """Say why a task is not running, from the scheduler's own rules, and its place among the ready ones."""
    from console.cli.task_explain import explained, took

    place, task_id = named(here, number, project)
    record = explained(here, place, task_id)
    more = "".join(f"\n{told}" for told in (record.place, record.advice, took(record.before)) if told)
    here.out.one(record, f"{place}#{task_id} is {record.status}: {record.sentence}{more}")


@task.command("prompt", prints="why.Prompt")
@click.argument("number", metavar="N")
@project_option
@click.option("--agent", metavar="A", help="As this agent gets it; else whom the scheduler would take.")
@click.option("--review", type=int, metavar="R", help="What a reviewer of this review of the task gets.")
@click.option("--seat", type=int, metavar="S", help="What the reviewer of this review seat gets.")
@click.option("--parts", is_flag=True, help="A table of its parts: where each comes from, its size, what was cut.")
@pass_here
def prompt(
    here: Here, number: str, project: str | None, agent: str | None, review: int | None, seat: int | None, parts: bool
) -> None:
    """Show exactly what an agent would be sent now, byte for byte; nothing is started.

    A gateway agent's prompt names its `blackboard` in the folder of the session, which is made at the start.
    """
    from console.cli.task_prompt import prompt_now
    from console.cli.task_prompt_parts import show_prompt

    place, task_id = named(here, number, project)
    member, composed = prompt_now(here, place, task_id, agent=agent, review=review, seat=seat)
    show_prompt(here, place, task_id, member, composed, parts=parts)


def _listed(db: Database, only: dict[str, Any], asked: Conditions, limit: int) -> list[Task]:
    """Tasks in the order of their ids, page by page, until there are enough."""
    from console.blackboard.reads.tasks import list_tasks

    named = only["every"] or only["status"] or any("status" in condition for condition in asked.sql)
    ended = () if named else (TaskStatus.DONE, TaskStatus.CANCELLED)
    found: list[Task] = []
    after = 0
    while len(found) < limit:
        page = list_tasks(db, tag=only["tag"], asked=asked, limit=_PAGE, after=after)
        found += [
            t
            for t in page
            if t.status not in ended
            and (not only["status"] or t.status in only["status"])
            and only["assignee"] in (None, t.assignee)
        ]
        if len(page) < _PAGE:
            break
        after = page[-1].id
    return found[:limit]
