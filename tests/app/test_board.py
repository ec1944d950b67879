"""Promises of the view of a board: every view shows something on a small terminal, cards are found, made and assigned."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from console.actions.views import views
from console.app.app import Console
from console.app.screens.board import BoardView
from console.app.screens.dialogs import Pick, Told
from console.blackboard.connection import open_project
from console.blackboard.reads.tasks import get_task, list_tasks
from console.home import Home
from console.records.task import TaskStatus
from tests.app.conftest import Opener
from tests.app.world import settle, until
from widgets.board import BoardColumns
from widgets.line_list import LineList
from widgets.text_pane import TextPane


def board(app: Console) -> BoardColumns:
    """The board on the screen."""
    return app.screen.query_one(BoardColumns)


def cards(app: Console) -> list[int]:
    """The numbers of all cards that are shown."""
    return [task.id for column in board(app).shown for task in column]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("number", [number for number, _name, _counts in views()])
async def test_every_view_fills_the_terminal_with_the_pane_that_has_the_focus(
    home: Home, opened: Opener, number: int, size: tuple[int, int]
) -> None:
    async with opened(home, size=size) as (app, pilot):
        await pilot.press(str(number))
        await settle(app, pilot)
        pane = app.screen.current  # type: ignore[attr-defined]
        assert pane is not None and pane.region.width >= 40 and pane.region.height >= 5
        drawn = "".join(text for y in range(pane.size.height) for text, _role in pane.line(y))
        assert len(drawn.replace(" ", "")) > 40


async def test_the_task_under_the_cursor_is_read_beside_the_board(home: Home, opened: Opener) -> None:
    async with opened(home, size=(120, 40)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        text = app.screen.query_one("#task", TextPane)

        def read() -> str:
            return "".join(part for y in range(text.size.height) for part, _role in text.line(y))

        first = board(app).row
        assert first is not None
        await until(pilot, lambda: f"quant#{first.id}" in read())
        await pilot.press("j")
        second = board(app).row
        assert second is not None and second.id != first.id
        await until(pilot, lambda: f"quant#{second.id}" in read())


async def test_slash_leaves_the_cards_that_have_every_word_and_escape_shows_all(home: Home, opened: Opener) -> None:
    async with opened(home, size=(120, 40)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        every = cards(app)
        task = board(app).board.columns[2][0]
        await pilot.press("slash")
        app.screen.query_one(Input).value = f"#{task.id} {task.title.split()[0].upper()}"
        await pilot.press("enter")
        await until(pilot, lambda: cards(app) == [task.id] and board(app).row == task)
        await pilot.press("escape")
        await until(pilot, lambda: cards(app) == every and board(app).row == task)


async def test_a_filter_that_nothing_meets_says_so_and_breaks_no_key(home: Home, opened: Opener) -> None:
    async with opened(home, size=(120, 40)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        await pilot.press("slash")
        app.screen.query_one(Input).value = "nothing has this"
        await pilot.press("enter", "j", "k", "l", "h", "G", "g", "enter", "x", "escape")
        await settle(app, pilot)
        assert cards(app) == [] and board(app).row is None
        assert isinstance(app.screen, BoardView)


async def test_the_filter_of_a_list_is_shown_and_an_empty_result_says_how_to_leave_it(
    home: Home, opened: Opener
) -> None:
    async with opened(home, size=(120, 40)) as (app, pilot):
        await pilot.press("5")
        await settle(app, pilot)
        await pilot.press("slash")
        app.screen.query_one(Input).value = "no such alert"
        await pilot.press("enter")
        alerts = app.screen.query_one("#alerts", LineList)
        lines = ["".join(text for text, _role in alerts.line(y)) for y in range(2)]
        assert "/no such alert" in lines[0] and "esc shows all" in lines[1]


async def test_s_shows_the_board_of_another_project_from_any_view(home: Home, opened: Opener) -> None:
    async with opened(home, size=(120, 40)) as (app, pilot):
        other = next(row.id for row in app.world.projects if row.id != app.world.board.project)
        await pilot.press("4", "s")
        app.screen.query_one(Input).value = other
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, BoardView) and board(app).board.project == other)


async def test_n_makes_a_task_in_the_project_of_the_board(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home, size=(120, 40)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        await pilot.press("n")
        app.screen.query_one(Input).value = "写周报 [b]now[/b]"
        await pilot.press("enter")
        await until(pilot, lambda: list_tasks(db)[-1].title == "写周报 [b]now[/b]")
        made = list_tasks(db)[-1]
        assert (made.status, made.reviews, made.created_by) == (TaskStatus.PENDING, ("output_review",), "operator")
        await until(pilot, lambda: made.id in cards(app))


@pytest.mark.parametrize(
    ("words", "assignee", "role"),
    [("guanyu", "guanyu-dev", None), ("@developer", None, "developer"), ("anybody", None, None)],
)
async def test_a_offers_the_team_its_roles_and_anybody(
    home: Home, opened: Opener, words: str, assignee: str | None, role: str | None
) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home, size=(120, 40)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        task = board(app).board.columns[0][0]
        assert board(app).go_to(task.id)
        await pilot.press("a")
        assert isinstance(app.screen, Pick)
        app.screen.query_one(Input).value = words
        await pilot.press("enter")
        await until(pilot, lambda: (get_task(db, task.id).assignee, get_task(db, task.id).role) == (assignee, role))


async def test_a_task_at_work_is_not_assigned_to_another(home: Home, opened: Opener) -> None:
    async with opened(home, size=(120, 40)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        assert board(app).go_to(board(app).board.columns[2][0].id)
        await pilot.press("a")
        assert isinstance(app.screen, Told)
        await pilot.press("enter")
        assert isinstance(app.screen, BoardView)
