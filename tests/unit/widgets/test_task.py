"""Promises of widgets/task.py: why a task stands as it does is said of now, not of an earlier session."""

from __future__ import annotations

import pytest

from console.records.task import TaskStatus
from tests.play import task
from widgets.pages import TaskPage
from widgets.painted import Look
from widgets.task import task_paragraphs

FAILED, HELD = "it broke (exit 3)", "waits for an answer: which one?"


def whys(status: TaskStatus, hold_reason: str | None = None) -> list[str]:
    page = TaskPage(project="quant", task=task(1, status=status, failure=FAILED, hold_reason=hold_reason))
    lines = ["".join(said for said, _ in spans) for _, spans in task_paragraphs(page, Look())]
    return [one.removeprefix("why ") for one in lines if one.startswith("why ")]


def test_a_held_task_says_what_holds_it_not_what_its_last_session_failed_of() -> None:
    assert whys(TaskStatus.HELD, HELD) == [HELD]


@pytest.mark.parametrize("status", [TaskStatus.WORKING, TaskStatus.REVIEW])
def test_what_is_worked_on_has_nothing_to_explain(status: TaskStatus) -> None:
    assert whys(status) == []


@pytest.mark.parametrize("status", [TaskStatus.PENDING, TaskStatus.FAILED])
def test_what_failed_says_of_what(status: TaskStatus) -> None:
    assert whys(status) == [FAILED]
