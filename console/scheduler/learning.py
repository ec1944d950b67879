"""Owns what a project's experiences ask for: kept in step, distilled where a tag is full, installed, deprecated when idle.

Each command looks again before it writes, so what is decided twice happens once.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.records.learning import Distillation, DistillationStatus
from console.records.task import TaskStatus
from console.scheduler.actions import (
    Distil,
    DropDistillation,
    ExpireExperiences,
    InstallSkill,
    KeepExperiences,
    Learn,
)
from console.scheduler.snapshot import ProjectView

__all__ = ("learning",)

DAY = 24 * 3600 * 1000
LEAD = "lead"


def learning(view: ProjectView, now: int) -> Iterator[Learn]:
    """What to do for one project. An archived one takes no writes; a paused one learns on."""
    if view.state.archived:
        return
    known, policy = view.learning, view.policy
    if known.behind:
        yield KeepExperiences(project=view.id)
    for distillation in known.distillations:
        yield from _ended(view, distillation)
    under_way = {d.tag for d in known.distillations if d.status == DistillationStatus.OPEN}
    for tag, waiting in known.tags:
        if waiting >= policy.distill_threshold and tag not in under_way:
            lead = any(agent.role == LEAD for agent in view.agents)
            yield Distil(
                project=view.id, tag=tag, threshold=policy.distill_threshold, role=LEAD if lead else None
            )  # fmt: skip
    if known.idle_since is not None and now - known.idle_since >= policy.expire_days * DAY:
        yield ExpireExperiences(project=view.id, before=now - policy.expire_days * DAY)


def _ended(view: ProjectView, distillation: Distillation) -> Iterator[InstallSkill | DropDistillation]:
    """A dropped one whose task was retried and is done after all is as good as an open one."""
    status = distillation.task_status
    if status == TaskStatus.DONE:
        yield InstallSkill(project=view.id, task_id=distillation.task_id)
    elif distillation.status == DistillationStatus.OPEN and status in (TaskStatus.FAILED, TaskStatus.CANCELLED):
        yield DropDistillation(project=view.id, task_id=distillation.task_id)
