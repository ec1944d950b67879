"""Promises that panes beside each other can be grown and one shown alone, that this is kept, and what a small terminal says."""

from __future__ import annotations

import pytest

from console.app.app import Console
from console.app.screens.shared import Shared
from console.app.shares import LEAST, Shares, measured, moved
from console.home import Home
from tests.app.conftest import Opener
from tests.app.world import settle, until


@pytest.mark.parametrize(
    ("shares", "at", "step", "then"),
    [
        ((40, 60), 0, 5, (45, 55)),
        ((40, 60), 1, 5, (35, 65)),
        ((40, 60), 0, -5, (35, 65)),
        ((30, 30, 40), 1, 5, (30, 35, 35)),
        ((30, 55, LEAST), 1, 5, (25, 60, LEAST)),
        ((30, 30, 40), 2, 5, (30, 25, 45)),
        ((LEAST, 85), 0, -5, (LEAST, 85)),
        ((17, 83), 1, 5, (LEAST, 85)),
    ],
)
def test_what_one_side_gets_its_neighbour_gives_and_each_keeps_the_least(
    shares: tuple[int, ...], at: int, step: int, then: tuple[int, ...]
) -> None:
    assert moved(shares, at, step) == then


def test_what_another_console_left_counts_only_where_it_makes_a_whole() -> None:
    assert sum(measured([41, 40, 38])) == 100
    shares = Shares()
    shares.take({"a/wide": (40, 60), "b/wide": (40, 70), "c/wide": (100,), "d/wide": (0, 100), "e/wide": ()})
    assert shares.kept == {"a/wide": (40, 60)}


def wide(app: Console, name: str) -> int:
    """How many columns a pane of the view has."""
    view = next(screen for screen in app.screen_stack if isinstance(screen, Shared))
    return view.query_one(name).outer_size.width


@pytest.mark.parametrize(
    ("view", "first", "second", "size"),
    [
        ("1", "#left", "#right", (120, 36)),
        ("2", "#board", "#task", (200, 60)),
        ("3", "#left", "#tails", (120, 36)),
        ("4", "#reviews", "#thread", (120, 36)),
        ("4", "#thread", "#work", (200, 60)),
        ("6", "#running", "#keeping", (120, 36)),
        ("7", "#list", "#text", (120, 36)),
        ("8", "#list", "#text", (200, 60)),
    ],
)
async def test_a_pane_grows_shrinks_stands_alone_and_all_are_as_they_come_again(
    home: Home, opened: Opener, view: str, first: str, second: str, size: tuple[int, int]
) -> None:
    async with opened(home, size=size) as (app, pilot):
        await pilot.press(view)
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, Shared)
        pane = next(pane for pane in screen.panes() if screen.query_one(first) in (pane, *pane.ancestors))
        screen.focus_pane(pane)
        before = wide(app, first), wide(app, second)
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: wide(app, first) > before[0] and wide(app, second) < before[1], "a larger pane")
        await pilot.press("left_curly_bracket", "left_curly_bracket")
        await until(pilot, lambda: wide(app, first) < before[0] and wide(app, second) > before[1], "a smaller pane")
        await pilot.press("f")
        await until(pilot, lambda: pane.outer_size.width == size[0], "one pane alone")
        assert not any(other.region for other in screen.panes() if other is not pane)
        await pilot.press("tab")
        await until(pilot, lambda: screen.current is not pane and not pane.region, "the next one alone")
        assert screen.current is not None and screen.current.outer_size.width == size[0]
        await pilot.press("f")
        await until(pilot, lambda: all(other.region for other in screen.panes()), "all of them")
        await pilot.press("colon", *"panes_as_ever", "enter")
        await until(pilot, lambda: (wide(app, first), wide(app, second)) == before, "as they come")


async def test_the_task_below_the_board_grows_upwards(home: Home, opened: Opener) -> None:
    async with opened(home, size=(120, 36)) as (app, pilot):
        await pilot.press("2", "tab")
        await settle(app, pilot)
        before = app.screen.query_one("#task").outer_size.height
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: app.screen.query_one("#task").outer_size.height > before, "a higher pane")


async def test_what_was_moved_is_kept_by_view_and_width_and_is_there_the_next_time(home: Home, opened: Opener) -> None:
    async with opened(home, size=(120, 36)) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        before = wide(app, "#reviews")
        await pilot.press("right_curly_bracket", "right_curly_bracket")
        await until(pilot, lambda: wide(app, "#reviews") > before + 8, "a larger list")
        grown = wide(app, "#reviews")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: wide(app, "#reviews") == 80, "the list alone")
        await pilot.resize_terminal(200, 60)
        await until(pilot, lambda: wide(app, "#reviews") == 60, "another width, as it comes")
        await pilot.resize_terminal(120, 36)
        await until(pilot, lambda: wide(app, "#reviews") == grown, "as it was left at this width")
    async with opened(home, size=(120, 36)) as (app, pilot):
        await until(pilot, lambda: app.current_mode == "4" and wide(app, "#reviews") == grown, "the next time")


async def test_what_stands_alone_is_not_lost_on_a_terminal_that_gets_narrow(home: Home, opened: Opener) -> None:
    async with opened(home, size=(120, 36)) as (app, pilot):
        screen = app.screen
        await pilot.press("f")
        await until(pilot, lambda: app.screen.query_one("#needs").outer_size.width == 120, "one pane alone")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: isinstance(screen, Shared) and not screen.alone, "one at a time anyway")
        await pilot.press("tab")
        await until(pilot, lambda: app.screen.query_one("#board").outer_size.width == 80, "the next one")
        await pilot.press("f", "right_curly_bracket")
        await pilot.pause()
        assert {note.message[:20] for note in app._notifications} == {"One pane stands here"}
        await pilot.press("5", "f")
        await pilot.pause()
        assert "This pane has nothing beside it." in {note.message for note in app._notifications}
