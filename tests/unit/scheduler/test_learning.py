"""Promises of console/scheduler/learning.py: what experiences ask for is decided when due, not while under way."""

from __future__ import annotations

import pytest

from console.records.learning import Distillation, DistillationStatus, Learning
from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.task import TaskStatus
from console.scheduler.actions import Distil, DropDistillation, ExpireExperiences, InstallSkill, KeepExperiences
from tests.play import NOW, Play, agent, view

DAY = 24 * 3600
DISTIL = Distil(project="p", tag="csv", threshold=5, role=None)
FULL = Learning(tags=(("csv", 5), ("backtest", 4)))


def distillation(status: str, task: TaskStatus, tag: str = "csv") -> Distillation:
    return Distillation(id=1, tag=tag, task_id=9, status=DistillationStatus(status), task_status=task)


def test_a_tag_is_distilled_at_the_threshold_and_not_below_it() -> None:
    Play(view(learning=Learning(tags=(("csv", 4),)))).then()
    Play(view(learning=FULL)).then(DISTIL)
    two = Policy(distill_threshold=2)
    Play(view(learning=FULL, policy=two)).then(
        Distil(project="p", tag="csv", threshold=2, role=None),
        Distil(project="p", tag="backtest", threshold=2, role=None),
    )


def test_the_lead_distils_where_there_is_one() -> None:
    team = (agent("dev"), agent("boss", "lead"))
    Play(view(learning=FULL, agents=team)).then(Distil(project="p", tag="csv", threshold=5, role="lead"))


@pytest.mark.parametrize("status", [TaskStatus.PENDING, TaskStatus.WORKING, TaskStatus.REVIEW, TaskStatus.HELD])
def test_a_tag_that_is_being_distilled_waits(status: TaskStatus) -> None:
    under_way = Learning(tags=(("csv", 7),), distillations=(distillation("open", status),))
    Play(view(learning=under_way)).then()
    other = Learning(tags=(("csv", 7),), distillations=(distillation("open", status, "parquet"),))
    Play(view(learning=other)).then(DISTIL)


def test_the_skill_of_a_distillation_that_is_done_is_installed_also_where_it_was_given_up_and_retried() -> None:
    for status in ("open", "dropped"):
        done = Learning(distillations=(distillation(status, TaskStatus.DONE),))
        Play(view(learning=done)).then(InstallSkill(project="p", task_id=9))


@pytest.mark.parametrize("status", [TaskStatus.FAILED, TaskStatus.CANCELLED])
def test_a_distillation_that_came_to_nothing_is_dropped_once_and_its_tag_is_free(status: TaskStatus) -> None:
    play = Play(view(learning=Learning(distillations=(distillation("open", status),))))
    play.then(DropDistillation(project="p", task_id=9))
    play.project(learning=Learning(distillations=(distillation("dropped", status),))).then()
    again = Learning(tags=(("csv", 5),), distillations=(distillation("dropped", status),))
    play.project(learning=again).then(DISTIL)


def test_experiences_that_changed_are_kept_in_step_before_anything_else() -> None:
    behind = Learning(behind=True, tags=(("csv", 5),))
    play = Play(view(learning=behind)).then(KeepExperiences(project="p"), DISTIL)
    play.project(learning=Learning()).then()


def test_what_is_idle_for_so_many_days_is_deprecated_at_that_moment() -> None:
    play = Play(view(learning=Learning(idle_since=NOW), last_progress_at=NOW)).after(30 * DAY - 1).then()
    play.after(1).then(ExpireExperiences(project="p", before=NOW))
    play.project(learning=Learning(idle_since=NOW + 1000)).then()
    Play(view(learning=Learning(idle_since=NOW), policy=Policy(expire_days=1))).after(DAY).then(
        ExpireExperiences(project="p", before=NOW)
    )


def test_an_archived_project_learns_nothing_and_a_paused_one_learns_on() -> None:
    away = ProjectState(project="p", epoch="e", archived=True)
    everything = Learning(behind=True, tags=(("csv", 9),), idle_since=0)
    Play(view(state=away, learning=everything)).then()
    Play(view(learning=FULL), paused=True).then(DISTIL)
