"""Owns what follows from tasks that have come to an end: an approved plan becomes tasks, a failure has what it says.

A pause stops neither: nothing of this starts an agent. An archived project takes no writes.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.records.task import OnFailure, TaskKind, TaskStatus
from console.scheduler.actions import ApplyPlan, FollowFailure
from console.scheduler.snapshot import ProjectView

__all__ = ("aftermath",)


def aftermath(view: ProjectView) -> Iterator[ApplyPlan | FollowFailure]:
    """What follows in one project, failures first: what they cancel need not wait for a plan."""
    if view.state.archived:
        return
    for task in view.failures:
        if task.status == TaskStatus.FAILED and task.on_failure != OnFailure.ASK and task.applied_at is None:
            yield FollowFailure(project=view.id, task_id=task.id)
    for task in view.to_apply:
        if task.status == TaskStatus.DONE and task.kind == TaskKind.PLAN and task.applied_at is None:
            yield ApplyPlan(project=view.id, task_id=task.id)
