"""Promises that every card which a board counts can be reached, whatever its size was before, and found, wherever it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from console.app.app import Console
from console.blackboard.connection import Database, open_project, write
from console.blackboard.writes.tasks import NewTask, cancel_task, create_task
from console.home import Home
from tests.app.conftest import Opener
from tests.app.sample import BY, NOW
from tests.app.world import settle, until
from widgets.board import BoardColumns
from widgets.board_places import COLUMNS

SIZES = ((80, 24), (120, 40), (200, 60))
MANY = 450
"""More than are read at once."""


def board(app: Console) -> BoardColumns:
    """The board on the screen."""
    return app.screen.query_one(BoardColumns)


def filled(home: Home, project: str, count: int, status: str = "pending") -> None:
    """So many tasks more: `part 0001` and on."""
    with closing(open_project(home.project_folder(project))) as db, write(db):
        for n in range(1, count + 1):
            made = create_task(db, NewTask(title=f"part {n:04}"), by=BY, now=NOW - n)
            if status != "pending":
                db.execute("UPDATE tasks SET status = ? WHERE id = ?", (status, made.id))


def head(app: Console) -> list[int]:
    """What stands above each column, all numbers of a column added up."""
    pane = board(app)
    text = "".join(text for text, _role in pane.line(1))
    return [sum(map(int, re.findall(r"\d+", part))) for part in re.split(r"[○◌◐◆✓‖]", text)[1:]]


def in_sight(app: Console) -> str:
    """All that the board draws."""
    pane = board(app)
    return "\n".join("".join(text for text, _role in pane.line(y)) for y in range(pane.size.height))


async def reached(app: Console, pilot: Pilot[int], column: int) -> list[int]:
    """The tasks that the cursor stands on, from the first to the last card of a column."""
    pane, found = board(app), list[int]()
    pane.to_end(last=False)
    for _step in range(pane.board.height(column)):
        await until(pilot, lambda: pane.row is not None, "the card is read")
        assert pane.row is not None
        found.append(pane.row.id)
        assert f"{pane.row.id} " in in_sight(app), "the card of the cursor is in sight"
        pane.move(1)
    return found


def _to_column(pane: BoardColumns, column: int) -> None:
    for _step in COLUMNS:
        if pane.places.column != column:
            pane.sideways(1 if pane.places.column < column else -1)
    assert pane.places.column == column


async def agrees(app: Console, pilot: Pilot[int]) -> None:
    """Every head counts what can be reached."""
    pane = board(app)
    app.screen.focus_pane(pane)  # type: ignore[attr-defined]
    await until(pilot, lambda: pane.size.height, "it is in sight")
    await until(pilot, lambda: pane.shown is pane.board.columns and pane.wish == pane.board.wish, "all is read")
    counted = head(app)
    for column in COLUMNS:
        if pane.board.height(column):
            _to_column(pane, column)
            found = await reached(app, pilot, column)
            assert (len(set(found)), len(found)) == (counted[column], counted[column])
        else:
            assert counted[column] == 0


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("view", ["1", "2"])
async def test_the_head_of_a_column_counts_the_cards_that_can_be_reached(
    home: Home, opened: Opener, size: tuple[int, int], view: str
) -> None:
    async with opened(home, size=size) as (app, pilot):
        await pilot.press(view)
        await settle(app, pilot)
        await agrees(app, pilot)


async def test_every_one_of_very_many_cards_can_be_reached(home: Home, opened: Opener) -> None:
    filled(home, "lake", MANY)
    async with opened(home) as (app, pilot):
        app.select("lake")
        await pilot.press("2")
        await until(pilot, lambda: board(app).board.project == "lake")
        await agrees(app, pilot)
        _to_column(board(app), 0)
        await pilot.press("G")
        await until(pilot, lambda: board(app).row is not None)
        assert board(app).row.title == f"part {MANY:04}"  # type: ignore[union-attr]
        assert f"{MANY}/{MANY}" in in_sight(app)


async def _to_the_last(app: Console, pilot: Pilot[int]) -> None:
    """Far down in the longest column."""
    _to_column(board(app), 0)
    await pilot.press("G")


def no_gap(app: Console) -> None:
    """No line of a column is empty while there are cards of it above."""
    pane = board(app)
    fit = pane.size.height - 2
    for column in COLUMNS:
        cards, top = pane.board.height(column), pane.places.tops[column]
        assert top == 0 or cards - top >= fit, (column, cards, top, fit)


@pytest.mark.parametrize("then", SIZES, ids=str)
async def test_a_larger_terminal_shows_more_cards(home: Home, opened: Opener, then: tuple[int, int]) -> None:
    async with opened(home, size=(80, 12)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        await _to_the_last(app, pilot)
        before = board(app).row
        await pilot.resize_terminal(*then)
        await pilot.pause()
        no_gap(app)
        assert board(app).row == before
        await agrees(app, pilot)


async def test_a_resize_while_another_view_is_shown_hides_no_card(home: Home, opened: Opener) -> None:
    async with opened(home, size=(80, 12)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        await _to_the_last(app, pilot)
        await pilot.press("5")
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        await pilot.press("2")
        await settle(app, pilot)
        no_gap(app)
        await agrees(app, pilot)


async def test_a_board_that_was_hidden_on_a_small_terminal_shows_all_its_cards(home: Home, opened: Opener) -> None:
    async with opened(home, size=(80, 24)) as (app, pilot):
        for _n in range(4):
            await pilot.press("]")
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        await settle(app, pilot)
        no_gap(app)
        await agrees(app, pilot)


async def test_cards_that_go_away_leave_none_of_the_others_hidden(home: Home, opened: Opener) -> None:
    with closing(open_project(home.project_folder("quant"))) as db:
        async with opened(home, size=(80, 12)) as (app, pilot):
            await pilot.press("2")
            await settle(app, pilot)
            await _to_the_last(app, pilot)
            gone = [task.id for task in board(app).board.columns[0]][3:]
            _cancel(db, gone)
            app.feed.nudge()
            await until(pilot, lambda: board(app).board.height(0) == 3)
            no_gap(app)
            await agrees(app, pilot)


def _cancel(db: Database, tasks: Iterable[int]) -> None:
    for task in tasks:
        cancel_task(db, task, by=BY, now=NOW)


async def look_for(app: Console, pilot: Pilot[int], words: str) -> None:
    """As the operator does."""
    await pilot.press("slash")
    app.screen.query_one(Input).value = words
    await pilot.press("enter")
    await until(pilot, lambda: board(app).board.wish.words == words, "it was looked for")


async def test_a_filter_finds_a_card_that_was_not_read(home: Home, opened: Opener) -> None:
    filled(home, "lake", MANY)
    async with opened(home) as (app, pilot):
        app.select("lake")
        await pilot.press("2")
        await until(pilot, lambda: board(app).board.project == "lake")
        await look_for(app, pilot, f"{MANY:04}")
        assert [task.title for task in board(app).shown[0]] == [f"part {MANY:04}"]
        assert board(app).row == board(app).shown[0][0]
        assert f"1/{MANY}" in in_sight(app)
        await pilot.press("escape")
        await until(pilot, lambda: board(app).board.height(0) == MANY)


async def test_each_view_has_its_own_filter_and_what_nothing_has_is_said(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        await look_for(app, pilot, "nothing has this")
        assert "Nothing here has these words; esc shows all." in in_sight(app)
        await pilot.press("1")
        await until(pilot, lambda: board(app).shown[0], "the board of the first view has all its cards")
        assert board(app).filtered == ""
        await pilot.press("2")
        await until(pilot, lambda: board(app).board.wish.words == "nothing has this")


async def test_a_review_that_is_not_in_the_list_is_approved_from_its_card(home: Home, opened: Opener) -> None:
    """The list of reviews has its end, the board has none."""
    async with opened(home) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        task = board(app).board.columns[3][0]
        app.world = replace(app.world, reviews=())
        assert board(app).go_to(task.id)
        review = app.screen.target().review  # type: ignore[attr-defined]
        assert review is not None and review.task_id == task.id
