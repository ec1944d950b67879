"""Owns what stands against a submit: files that are not as they were recorded, outputs that are expected, a plan that is none.

It writes nothing and holds no connection while it reads files.
"""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.reads.outputs import latest_outputs
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.outputs import present_round
from console.commands.agent.desk import Desk
from console.errors import Refused, StaleFence
from console.outputs_check import look_at_outputs
from console.records.budget import Usage
from console.records.output import Output
from console.records.task import Task, TaskKind

__all__ = ("look_before_submit",)


def look_before_submit(desk: Desk) -> tuple[str, ...]:
    """Look at everything that the session's task would hand in; the outputs of earlier rounds that are there no more.

    Raises Refused with every problem. Where the claim has ended nothing is looked at: the submit itself says so.
    """
    with desk.blackboard(read_only=True) as db:
        found = _of_claim(desk, db)
    if found is None:
        return ()
    task, recorded, round_, used = found
    folder = desk.task_folder(task.id)
    looked = look_at_outputs(folder, recorded, task.expect, present_round=round_)
    problems = list(looked.problems)
    if task.kind == TaskKind.PLAN and not problems:
        problems += _problems_of_plan(desk, recorded, used)
    if problems:
        raise Refused(problems)
    return looked.gone


def _of_claim(desk: Desk, db: Database) -> tuple[Task, tuple[Output, ...], int, Usage] | None:
    """The task of the session, what is recorded of it, its round, and what the project has used.

    None for a reviewer and for a claim that has ended.
    """
    from console.blackboard.reads.ends import used_so_far
    from console.blackboard.reads.tasks import get_task

    try:
        session = check_fence(db, *desk.need_claim())
    except StaleFence:
        return None
    if session.seat_id is not None:
        return None
    task = get_task(db, session.task_id)
    return task, latest_outputs(db, task.id), present_round(db, task.id), used_so_far(db)


def _problems_of_plan(desk: Desk, recorded: tuple[Output, ...], used: Usage) -> list[str]:
    """Why the plan could not be used; none where it can. Settings and YAML are loaded for nothing else."""
    from console.planning import checked_plan, plan_among, world_of

    world = world_of(desk.settings(), (desk.folder / "config", desk.home.config), used)
    found = plan_among(recorded)
    folder = desk.task_folder(found.task_id if found is not None else 0)
    try:
        checked_plan(folder, found, world, desk.now())
    except Refused as refused:
        return refused.problems
    return []
