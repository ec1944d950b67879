"""Promises of the lists that have no end: they say how many older ones there are, and a filter finds those, too."""

from __future__ import annotations

import uuid
from contextlib import closing

import pytest
from textual.widgets import Input

from console.app.app import Console
from console.blackboard.connection import open_project, write
from console.blackboard.writes.tasks import NewTask, create_task
from console.home import Home
from tests.app.conftest import Opener
from tests.app.sample import BY, DAY, NOW
from tests.app.world import settle, until
from widgets.line_list import LineList

MANY = 230
"""More than either list reads of a project."""


@pytest.fixture
def aged(home: Home) -> Home:
    """A home with a project in which so many tasks were done and approved, long before all others; `old 001` is the oldest."""
    with closing(open_project(home.project_folder("lake"))) as db, write(db):
        for n in range(1, MANY + 1):
            at = NOW - 20 * DAY + n
            task = create_task(db, NewTask(title=f"old {n:03}"), by=BY, now=at).id
            db.execute(
                "INSERT INTO reviews (task_id, protocol, status, opened_at, round_at, settled_at, updated_at)"
                " VALUES (:task, 'output_review', 'approved', :at, :at, :at, :at)",
                {"task": task, "at": at},
            )
            db.execute(
                "INSERT INTO sessions (id, task_id, agent, backend, status, fence, created_at, ended_at, gone_at, updated_at)"
                " VALUES (:id, :task, 'zhangfei-dev', 'command', 'succeeded', 1, :at, :at, :at, :at)",
                {"id": str(uuid.UUID(int=n)), "task": task, "at": at},
            )
    return home


def heading(app: Console, name: str) -> str:
    """The line above a list."""
    return "".join(text for text, _role in app.screen.query_one(f"#{name}", LineList).line(0))


@pytest.mark.parametrize(("view", "name", "more"), [("4", "reviews", MANY - 200), ("3", "recent", MANY - 30)])
async def test_a_list_says_how_many_older_ones_there_are_and_its_filter_finds_them(
    aged: Home, opened: Opener, view: str, name: str, more: int
) -> None:
    async with opened(aged, size=(200, 60)) as (app, pilot):
        await pilot.press(view)
        await settle(app, pilot)
        pane = app.screen.query_one(f"#{name}", LineList)
        app.screen.focus_pane(pane)  # type: ignore[attr-defined]
        before = len(pane.rows)
        assert f"{app.world.older_reviews if view == '4' else app.world.older_sessions} older: moziplus" in heading(
            app, name
        )
        assert (app.world.older_reviews if view == "4" else app.world.older_sessions) >= more
        await pilot.press("slash")
        app.screen.query_one(Input).value = "lake#1 OLD 001" if view == "4" else "张飞 old 001"
        await pilot.press("enter")
        await until(pilot, lambda: len(pane.rows) == 1, f"{len(pane.rows)} rows of {name}")
        await pilot.press("escape")
        await until(pilot, lambda: len(pane.rows) == before, f"{len(pane.rows)} rows of {name}")
