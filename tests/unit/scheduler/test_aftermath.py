"""Promises of console/scheduler/aftermath.py: an end has its consequence, once, and what follows a failure comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.records.project import ProjectState
from console.records.task import OnFailure, TaskKind, TaskStatus
from console.scheduler.actions import ApplyPlan, FollowFailure, StartTask
from tests.play import NOW, Play, task, view

PLAN = task(7, kind=TaskKind.PLAN, status=TaskStatus.DONE)
FAILED = task(3, status=TaskStatus.FAILED, on_failure=OnFailure.CANCEL)


def test_an_approved_plan_becomes_tasks_and_then_no_more() -> None:
    play = Play(view(to_apply=(PLAN,))).then(ApplyPlan(project="p", task_id=7))
    play.project(to_apply=(replace(PLAN, applied_at=NOW),)).then()
    play.project(to_apply=()).then()


def test_a_plan_that_was_refused_waits_for_the_operator_and_is_not_tried_again() -> None:
    play = Play(view(to_apply=(PLAN,))).then(ApplyPlan(project="p", task_id=7))
    play.project(to_apply=(replace(PLAN, status=TaskStatus.REVIEW),)).after(3600).then()


@pytest.mark.parametrize("way", [OnFailure.CANCEL, OnFailure.UNDO])
def test_a_failure_has_what_it_says_once_and_again_after_a_retry(way: OnFailure) -> None:
    failed = replace(FAILED, on_failure=way)
    play = Play(view(failures=(failed,))).then(FollowFailure(project="p", task_id=3))
    play.project(failures=(replace(failed, applied_at=NOW),)).then()
    play.project(failures=(), ready=(task(3, on_failure=way),)).then(StartTask(project="p", task_id=3, agent="dev"))
    play.project(failures=(failed,), ready=()).then(FollowFailure(project="p", task_id=3))


def test_a_failure_that_leaves_it_to_the_operator_has_no_consequence() -> None:
    Play(view(failures=(replace(FAILED, on_failure=OnFailure.ASK),))).then()


def test_failures_go_before_plans_and_both_before_what_starts() -> None:
    world = view(to_apply=(PLAN,), failures=(FAILED,), ready=(task(9),))
    Play(world).then(
        FollowFailure(project="p", task_id=3),
        ApplyPlan(project="p", task_id=7),
        StartTask(project="p", task_id=9, agent="dev"),
    )


def test_a_pause_stops_neither_and_an_archive_both() -> None:
    ends: dict[str, Any] = {"to_apply": (PLAN,), "failures": (FAILED,)}
    both = (FollowFailure(project="p", task_id=3), ApplyPlan(project="p", task_id=7))
    Play(view(**ends), paused=True).then(*both)
    Play(view(state=ProjectState(project="p", epoch="e", paused_at=NOW), **ends)).then(*both)
    Play(view(state=ProjectState(project="p", epoch="e", archived=True), **ends)).then()
