"""Promises of `X`: only what somebody has worked on is judged again, after a question. And of a hold: it has one reason."""

from __future__ import annotations

import pytest

from console.blackboard.connection import open_project
from console.blackboard.reads.needs import needs
from console.blackboard.reads.reviews import reviews_of
from console.blackboard.reads.tasks import get_task
from console.home import Home
from console.records.task import TaskStatus
from tests.app.conftest import Opener
from tests.app.test_asks import shown
from tests.app.world import settle, until
from tests.program import moziplus
from widgets.board import BoardColumns

DONE, NEVER_STARTED, HELD = 1, 11, 14


async def on_card(app, pilot, task: int) -> None:  # type: ignore[no-untyped-def]
    await pilot.press("2")
    await settle(app, pilot)
    assert app.screen.query_one(BoardColumns).go_to(task)
    await settle(app, pilot)


async def test_what_nobody_ever_started_is_not_reopened_and_not_made_done(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        await on_card(app, pilot, NEVER_STARTED)
        await pilot.press("X", "y", "v")
        await settle(app, pilot)
        assert (get_task(db, NEVER_STARTED).status, reviews_of(db, NEVER_STARTED)) == (TaskStatus.PENDING, ())
        assert any("Nobody has worked on it yet" in one.message for one in app._notifications)


async def test_reopening_asks_first_and_its_cursor_stands_on_no(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        await on_card(app, pilot, DONE)
        await pilot.press("X")
        assert "Reopen quant#1" in shown(app)
        await pilot.press("enter")
        await settle(app, pilot)
        assert get_task(db, DONE).status == TaskStatus.DONE
        await pilot.press("X", "y")
        await until(pilot, lambda: get_task(db, DONE).status == TaskStatus.REVIEW)


async def test_a_hold_has_the_same_reason_wherever_it_is_read(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    (need,) = (need for need in needs(db, "quant") if need.task_id == HELD)
    shows = moziplus("task", "show", f"quant#{HELD}", home=home.path).out
    explains = moziplus("task", "explain", f"quant#{HELD}", home=home.path).out
    async with opened(home) as (app, pilot):
        await on_card(app, pilot, HELD)
        await until(pilot, lambda: "why secrets: touches credentials" in shown(app))
    assert need.reason == "secrets: touches credentials"
    assert "secrets: touches credentials" in shows and "secrets: touches credentials" in explains


@pytest.mark.parametrize("reason", ["", "the guardrail secrets"])
def test_a_hold_without_a_reason_names_its_rule_once(reason: str) -> None:
    from console.records.hold import hold_told

    assert hold_told(reason, "secrets").count("secrets") == 1
    assert hold_told("at its cap", "budget.task") == "at its cap" and hold_told("wait", None) == "wait"
