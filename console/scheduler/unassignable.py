"""Owns the alert of a ready task that no agent of its project could do, however long it waits.

An agent that is busy, or behind a gateway that is down, could do it: that raises nothing here. The view has only a page of
the ready tasks; an alert of one that is not on it stays until that task is no longer ready, or somebody fits it.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.records.agent import Agent
from console.records.task import Task
from console.scheduler.actions import EndAlert, RaiseAlert
from console.scheduler.matching import Team, mismatch
from console.scheduler.snapshot import ProjectView
from console.scheduler.why import Why

__all__ = ("nobody_fits", "told", "unassignable")

CAUSE = "unassignable:"
MORE = f"{CAUSE}more"
MANY = 20
"""Open alerts of a project, from where on one more says that there are others: each of its own would only hide these."""


def unassignable(view: ProjectView, team: Team) -> Iterator[RaiseAlert | EndAlert]:
    """The alerts of one project's ready tasks, and their ends."""
    if view.state.archived:
        return
    waiting = (
        task for task in (*view.ready, *view.unplaced) if task.ask is None
    )  # those come to the operator by themselves
    unfit = {f"{CAUSE}{task.id}": task for task in waiting if not team.fitting(task)}
    room = MANY - len(unfit.keys() & view.open_causes)
    untold = [cause for cause in unfit if cause not in view.open_causes]
    for cause in untold[: max(room, 0)]:
        task = unfit[cause]
        body = f"task #{task.id}: {told(nobody_fits(task, view.agents), task)}"
        yield RaiseAlert(project=view.id, cause=cause, body=body, task_id=task.id)
    more = len(untold) > room or (len(untold) == room and MORE in view.open_causes)  # the page may not have them now
    if more and MORE not in view.open_causes:
        body = (
            "more tasks wait that no agent of this project can do; `moziplus task explain N` says of each what it lacks"
        )
        yield RaiseAlert(project=view.id, cause=MORE, body=body)
    for cause in sorted(view.open_causes):
        if cause.startswith(CAUSE) and cause not in unfit and not (more and cause == MORE):
            yield EndAlert(project=view.id, cause=cause)


def nobody_fits(task: Task, agents: tuple[Agent, ...]) -> Why:
    """Which demand no agent meets; NOBODY where each is met by somebody and all by none."""
    failed = {mismatch(agent, task) for agent in agents}
    if task.assignee is not None and all(agent.id != task.assignee for agent in agents):
        return Why.ASSIGNEE
    if task.role is not None and all(agent.role != task.role for agent in agents):
        return Why.ROLE
    if failed == {Why.REVIEWER}:
        return Why.REVIEWER
    return Why.NEEDS if task.needs and failed <= {Why.NEEDS} else Why.NOBODY


def told(why: Why, task: Task) -> str:
    """The same in a sentence's end."""
    needs = ", ".join(task.needs)
    match why:
        case Why.ASSIGNEE:
            return f"it is assigned to {task.assignee}, who is no agent of this project"
        case Why.ROLE:
            return f"no agent of this project has the role {task.role}"
        case Why.NEEDS:
            return f"no agent of this project has all that it needs ({needs})"
        case Why.REVIEWER:
            return "this project has only reviewers, who take no work that does not ask for them"
        case _:
            asked = [task.assignee or "", f"@{task.role}" if task.role else "", needs]
            wanted = ", ".join(part for part in asked if part)
            return (
                f"no agent of this project is all that it asks for ({wanted})"
                if wanted
                else "this project has no agents"
            )
