"""Promises how the cards of a board lie: in the order and the groups that were chosen, which each project keeps; their ties
and marks, so that one act is about several cards."""

from __future__ import annotations

from contextlib import closing

import pytest
from textual.pilot import Pilot

from console.app.app import Console
from console.app.last_time import LastTime
from console.app.screens.dialogs import Confirm
from console.blackboard.connection import open_project
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.home import Home
from console.records.board import Arrangement, Group, Order
from console.records.task import TaskStatus
from tests.app.conftest import Opener
from tests.app.sample import BY, NOW
from tests.app.world import settle, until
from widgets.board import BoardColumns

SIZES = ((80, 24), (120, 36), (200, 60))


def board(app: Console) -> BoardColumns:
    """The board on the screen."""
    return app.screen.query_one(BoardColumns)


def drawn(app: Console) -> str:
    """All that the board draws."""
    pane = board(app)
    return "\n".join("".join(text for text, _role in pane.line(y)) for y in range(pane.size.height))


async def at_board(app: Console, pilot: Pilot[int]) -> None:
    """Stand on the first card of the board."""
    await pilot.press("2")
    await settle(app, pilot)


async def _lies(app: Console, pilot: Pilot[int], order: Order) -> None:
    await until(pilot, lambda: board(app).board.wish.arranged.order == order, order)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_key_goes_through_the_orders_and_says_which_and_another_through_the_groups(
    home: Home, opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(home, size=size) as (app, pilot):
        await at_board(app, pilot)
        for order, said in ((Order.AGE, "the oldest first"), (Order.CHANGED, "what changed last first")):
            await pilot.press("S")
            await _lies(app, pilot, order)
            assert said in drawn(app)
        await pilot.press("A")
        await until(pilot, lambda: board(app).board.groups, "the groups are read")
        assert "for anybody" in drawn(app), "a group of those that nobody has"
        found = {task.id for task in board(app).shown[0]}
        pane = board(app)
        pane.to_end(last=False)
        seen = set()
        for _card in range(pane.board.height(0)):
            assert pane.row is not None and f"{pane.row.id} " in drawn(app)
            seen.add(pane.row.id)
            await pilot.press("j")
        assert seen == found, "every card can be reached between the heads"


async def test_a_word_arranges_the_board_and_the_next_console_finds_it_so(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await at_board(app, pilot)
        await pilot.press("colon", *"sort title", "enter")
        await until(pilot, lambda: board(app).board.wish.arranged.order == Order.TITLE, "in the order of titles")
        titles = [task.title.lower() for task in board(app).shown[0]]
        assert titles == sorted(titles)
        await pilot.press("colon", *"group tag", "enter")
        await until(pilot, lambda: board(app).board.groups, "in groups")
        project = app.world.board.project
    kept = Arrangement(order=Order.TITLE, group=Group.TAG)
    assert LastTime.of(home).boards == {project: kept}
    async with opened(home) as (app, pilot):
        await at_board(app, pilot)
        await until(pilot, lambda: app.world.board.wish.arranged == kept, "as it was left")
        app.select("lake")
        await until(pilot, lambda: app.world.board.project == "lake", "another project")
        assert app.world.board.wish.arranged == Arrangement(), "each project has its own"


async def test_the_card_of_the_cursor_says_what_it_waits_for_and_holds_up_and_these_are_marked(
    home: Home, opened: Opener
) -> None:
    with closing(open_project(home.project_folder("lake"))) as db:
        needed = create_task(db, NewTask(title="needed"), by=BY, now=NOW).id
        middle = create_task(db, NewTask(title="middle", after=(needed,)), by=BY, now=NOW).id
        last = create_task(db, NewTask(title="last", after=(middle,)), by=BY, now=NOW).id
    async with opened(home, size=(200, 60)) as (app, pilot):
        app.select("lake")
        await pilot.press("2")
        await until(pilot, lambda: board(app).board.project == "lake" and board(app).go_to(middle), "the card is there")
        assert f"waits for #{needed} · holds up #{last}" in drawn(app)
        assert f"←{needed} needed" in drawn(app) and f"→{last} last" in drawn(app)
        assert board(app).go_to(last)
        assert f"waits for #{middle}" in drawn(app) and f"←{middle} middle" in drawn(app)
        assert f" {needed} needed" in drawn(app), "only what it waits for itself"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_marked_cards_are_held_after_one_question(home: Home, opened: Opener, size: tuple[int, int]) -> None:
    async with opened(home, size=size) as (app, pilot):
        await at_board(app, pilot)
        pane = board(app)
        first, second = (task.id for task in pane.shown[0][:2])
        assert pane.go_to(first)
        await pilot.press("space", "space")
        assert "2 marked" in drawn(app) and [task.id for task in pane.marked] == [first, second]
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "it asks once")
        await pilot.press("y", *"later", "enter")

        def held() -> bool:
            with closing(open_project(home.project_folder(app.world.board.project))) as db:
                return {get_task(db, task).status for task in (first, second)} == {TaskStatus.HELD}

        await until(pilot, held, "both are held")
        await until(pilot, lambda: not pane.marked and "marked" not in drawn(app), "the marks are gone")


async def test_marks_go_with_escape_and_with_other_cards(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await at_board(app, pilot)
        await pilot.press("space", "escape")
        assert board(app).marked == []
        await pilot.press("space")
        assert len(board(app).marked) == 1
        board(app).filter("x")
        assert board(app).marked == [], "nothing is done to what is not seen"
