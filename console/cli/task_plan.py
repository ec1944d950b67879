"""`moziplus task plan`: asks for a plan. Its approved output becomes tasks; that is the scheduler's, not done here."""

from __future__ import annotations

from typing import Any

import click

from console.cli.notes import told_of
from console.cli.nouns import named, the_project
from console.cli.options import Here, command, pass_here

__all__ = ("plan",)


@command("plan", prints="task.TaskDone")
@click.argument("goal", metavar="GOAL")
@click.option("--project", metavar="P", help="The project that it is for.")
@click.option("--body", metavar="B", help="More about the goal; - reads stdin.")
@click.option(
    "--assignee", metavar="A|@ROLE", help="Who plans; without it role `lead` where there is one, else anyone."
)
@click.option("--needs", multiple=True, metavar="C", help="A capability that the planner must have.")
@click.option("--priority", type=click.IntRange(0, 4), default=2, show_default=True, help="0 is most urgent.")
@click.option("--deadline", metavar="WHEN", help="Of the planning itself.")
@click.option("--not-before", metavar="WHEN", help="It is not started before.")
@click.option("--after", multiple=True, metavar="N", help="A task that must be done first.")
@click.option("--parent", metavar="N", help="The task that it is a part of.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="A word to find it by.")
@click.option("--review", "protocol", multiple=True, metavar="PROTOCOL", help="Who judges the plan; output_review.")
@click.option("--no-review", is_flag=True, help="The plan takes effect as soon as it is handed in.")
@click.option("--key", metavar="TEXT", help="The same key again creates nothing and gives the first task.")
@pass_here
def plan(
    here: Here, /, goal: str, project: str | None, body: str | None, parent: str | None, key: str | None, **asked: Any
) -> None:
    """Create a task that divides GOAL into tasks.

    An agent writes outputs/plan.yaml; when it is approved, the scheduler makes its tasks, all or none, as parts of this
    one. The form is in the task and in docs/planning.md.
    """
    from console.cli.new_task import asked_for
    from console.cli.words import lines
    from console.commands.plans import PlanGoal
    from console.commands.plans import plan as plan_goal

    place = the_project(here, project)
    above = None if parent is None else named(here, parent, place)[1]
    task = asked_for(**asked, title="", parent=above, key=key, project=place)
    wanted = PlanGoal(goal=lines(goal), more=lines(body), task=task)
    with here.blackboard(place) as db:
        made = plan_goal(here.asking(db, place), wanted)
    told_of(here, place, made, f"created {place}#{made.id} {made.title}")
