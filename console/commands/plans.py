"""Owns how a goal is handed to an agent that divides it into tasks: a task whose output is a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.blackboard.reads.ends import used_so_far
from console.commands.context import Context
from console.commands.new_task import CreateTask, create
from console.commands.text import Line, Prose
from console.errors import UsageError
from console.planning import world_of
from console.plans.guide import body_of_plan_task
from console.plans.plan import PLAN
from console.records.task import Task, TaskKind

__all__ = ("PlanGoal", "plan")

LEAD = "lead"
"""The role that divides work, where nobody else is named."""
TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGoal:
    """A goal, and who is to divide it when; title, body and outputs of `task` come from the goal."""

    goal: Prose
    more: Prose = Prose()
    task: CreateTask


def plan(context: Context, asked: PlanGoal) -> Task:
    """Create the task that plans. Raises UsageError where there is no goal, and as `tasks.create` does."""
    if not asked.goal:
        raise UsageError("the goal is empty: say what is to be reached")
    settings = context.team.settings()
    who = asked.task.assignee
    if who is None and not asked.task.needs and any(agent.role == LEAD for agent in settings.agents):
        who = Line(f"@{LEAD}")
    world = world_of(settings, context.team.configs, used_so_far(context.db))
    task = replace(
        asked.task,
        title=Line(f"Plan: {asked.goal.splitlines()[0][:TITLE]}"),
        body=Prose.known_clean(body_of_plan_task(asked.goal, world, asked.more)),
        assignee=who,
        expect=(PLAN,),
        kind=TaskKind.PLAN,
    )
    return create(context, task)
