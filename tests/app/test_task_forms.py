"""Promises of a task that is written in an editor: what was written is never lost, also where it could not be read."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from console.actions.editing import DRAFTED
from console.actions.registry import by_id
from console.app.app import Console
from console.app.screens.draft import Draft
from console.blackboard.connection import open_project
from console.blackboard.reads.tasks import get_task, list_tasks
from console.home import Home
from console.records.task import TaskStatus
from tests.app.conftest import Opener
from tests.app.world import stand_on, until

TASK = 6


class Hands:
    """What the operator does in the editor, one time after the other."""

    def __init__(self, *times: tuple[str, str]) -> None:
        self._times, self.given = [*times], list[str]()

    def __call__(self, app: Console, text: str) -> str:
        self.given.append(text)
        old, new = self._times.pop(0)
        return text.replace(old, new).strip()


async def test_an_edit_that_was_left_unreadable_is_there_when_it_is_begun_again(
    home: Home, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_project(home.project_folder("quant"))
    title, priority = get_task(db, TASK).title, get_task(db, TASK).priority
    hands = Hands((f"priority: {priority}", "priority: soon"), ("", ""), ("priority: soon", "priority: 0"))
    monkeypatch.setattr("console.app.forms.write_in_editor", hands)
    async with opened(home) as (app, pilot):
        stand_on(app, TASK)
        await pilot.press("e")
        await until(pilot, lambda: any("is kept" in one.message for one in app._notifications))
        assert "priority" in hands.given[1].split("\n")[0], "what is wrong stands above it"
        named = int(hands.given[1].split("line ")[1].partition(":")[0])
        assert hands.given[1].split("\n")[named - 1].startswith("priority: soon"), "and names the line as it is there"
        await pilot.press("e")
        await until(pilot, lambda: get_task(db, TASK).priority == 0)
        assert "priority: soon" in hands.given[2] and get_task(db, TASK).title == title


async def test_a_new_task_that_was_left_unreadable_stays_in_its_box(
    home: Home, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_project(home.project_folder("quant"))
    hands = Hands(("priority: 2", "priority: soon"), ("", ""), ("priority: soon", "priority: 1"))
    monkeypatch.setattr("console.app.forms.write_in_editor", hands)
    async with opened(home) as (app, pilot):
        stand_on(app, TASK)
        await pilot.press("n", *"Fees", "ctrl+g", "ctrl+g", "enter")
        await until(pilot, lambda: any(task.title == "Fees" and task.priority == 1 for task in list_tasks(db)))
        assert "priority: soon" in hands.given[2]


async def test_a_draft_that_was_refused_is_there_again_as_it_was_written(
    home: Home, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_project(home.project_folder("quant"))
    hands = Hands(("tags: []", "tags: [fees]"))
    monkeypatch.setattr("console.app.forms.write_in_editor", hands)
    async with opened(home) as (app, pilot):
        stand_on(app, TASK)
        app.kept.give_up(by_id()["new_task"], app.screen.full_target(), f"{DRAFTED}Fees by venue")  # type: ignore[attr-defined]
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Draft))
        assert app.screen.query_one(Input).value == "Fees by venue"
        await pilot.press("ctrl+g", "enter")
        await until(pilot, lambda: any(task.tags == ("fees",) for task in list_tasks(db)))
    (made,) = (task for task in list_tasks(db) if task.tags == ("fees",))
    assert (made.title, made.status) == ("Fees by venue", TaskStatus.PENDING), "enter lets it go"
