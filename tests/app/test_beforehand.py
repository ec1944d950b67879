"""Promises of what the console tells of days that were, and of a task beforehand."""

from __future__ import annotations

from contextlib import closing

import pytest

from console.app.screens.pages import TaskScreen
from console.blackboard.connection import open_project
from console.blackboard.writes.tasks import NewTask, create_task
from console.home import Home
from console.i18n import use_language
from tests.app.conftest import Opener
from tests.app.sample import BY, NOW
from tests.app.system_sample import shown
from tests.app.world import settle, until
from tests.boards import Board
from widgets.text_pane import TextPane

MINUTE = 60_000


def done(home: Home, *minutes: int) -> int:
    """Tasks of a tag that took so long; gives a new one."""
    board = Board(home.project_folder("lake"))
    for took in minutes:
        session = board.claim(board.task(tags=("etl",)).id)
        board.submit(session)
        spent = "UPDATE sessions SET started_at = 0, ended_at = ?, cost = 0.5 WHERE id = ?"
        board.db.execute(spent, (took * MINUTE, session.id))
    board.close()
    with closing(open_project(home.project_folder("lake"))) as db:
        return create_task(db, NewTask(title="next", tags=("etl",)), by=BY, now=NOW).id


async def test_a_new_tasks_page_tells_what_its_like_took_and_on_how_many_that_rests(home: Home, opened: Opener) -> None:
    number = done(home, 10, 20, 90)
    async with opened(home) as (app, pilot):
        app.push_screen(TaskScreen("lake", number))
        await until(pilot, lambda: "like it 20m" in shown(app), "what is to be expected")
        assert "$0.50  median of 3 with its tags" in shown(app)
        use_language("zh")
        app.push_screen(TaskScreen("lake", number))
        await until(pilot, lambda: "同标签 3 个任务的中位数" in shown(app), "in Chinese")


async def test_too_few_foretell_nothing(home: Home, opened: Opener) -> None:
    number = done(home, 10, 20)
    async with opened(home) as (app, pilot):
        app.push_screen(TaskScreen("lake", number))
        await until(pilot, lambda: "fits" in shown(app), "its page")
        assert "like it" not in shown(app)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (200, 60)])
async def test_the_system_view_draws_the_last_fortnight(home: Home, opened: Opener, size: tuple[int, int]) -> None:
    with closing(open_project(home.project_folder("quant"))) as db:
        db.execute("INSERT INTO usage (bucket, sessions, tokens, cost) VALUES (?, 1, 10, 2.5)", (NOW // 1_800_000,))
    async with opened(home, size=size) as (app, pilot):
        await pilot.press("6")
        await settle(app, pilot)
        facts = app.screen.query_one("#running" if size[0] == 80 else "#keeping", TextPane)
        await until(pilot, lambda: "14 DAYS" in facts.text, "the days")
        assert "$2.50 today, $2.50 at most" in facts.text and "in queue" in facts.text
