"""Promises that what is typed is never taken for keys: `/` finds in every pane, and a text that has no box does nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from console.app.app import Console
from console.app.screens.base import ConsoleScreen
from console.home import Home
from tests.app.conftest import Opener
from tests.app.test_acting import rows, write_output
from tests.app.test_asks import shown
from tests.app.world import settle, until
from widgets.board import BoardColumns
from widgets.text_pane import TextPane

SIZES = ((80, 24), (120, 40), (200, 60))
TYPED = "revised"
"""Of its letters six are keys: two of them write, one takes another project."""


def written(home: Home) -> list[tuple[int, ...]]:
    """How much was ever written to each blackboard, and asked of the home."""
    found = []
    for database in (home.state_db, *sorted(home.projects.glob("*/blackboard.db"))):
        with closing(sqlite3.connect(database)) as db:
            names = ("requests", "flags") if database == home.state_db else ("events", "comments", "verdicts")
            found.append(tuple(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names))
    return found


def stands(app: Console) -> tuple[object, ...]:
    """Where one is, and what one looks at."""
    screen = app.screen_stack[1 if len(app.screen_stack) > 1 and isinstance(app.screen_stack[1], ConsoleScreen) else 0]
    return app.current_mode, type(screen).__name__, app.world.board.project, app.theme, screen.focused


async def types_in(app: Console, pilot: Pilot[int], home: Home) -> None:
    """Press `/` and type: nothing but the box takes any of it, and after it everything is as it was."""
    before, place, pages = written(home), stands(app), len(app.screen_stack)
    await pilot.press("/", *TYPED)
    assert len(app.screen_stack) == pages + 1, "a box is open"
    assert app.screen.query_one(Input).value == TYPED
    await pilot.press("enter")
    await settle(app, pilot)
    assert (stands(app), written(home), len(app.screen_stack)) == (place, before, pages)
    assert "/revised" in shown(app), f"what is looked for is said: {place}"
    await pilot.press("escape")
    assert (stands(app), len(app.screen_stack)) == (place, pages)
    assert "/revised" not in shown(app)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_is_typed_behind_a_slash_acts_in_no_pane_of_any_view(
    home: Home, opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(home, size=size) as (app, pilot):
        seen = []
        for view in "123456":
            await pilot.press(view)
            await settle(app, pilot)
            assert isinstance(screen := app.screen, ConsoleScreen)
            for pane in screen.panes():
                screen.focus_pane(pane)
                await pilot.pause()
                await types_in(app, pilot, home)
                seen.append(f"{view} {pane.id}")
        assert {"1 needs", "2 board", "3 recent", "4 reviews", "5 alerts", "6 log"} <= set(seen)
        assert size[0] < 100 or {"1 board", "2 task", "4 thread", "6 keeping"} <= set(seen)


@asynccontextmanager
async def page(app: Console, pilot: Pilot[int], *keys: str) -> AsyncIterator[TextPane]:
    """A page above a view."""
    await pilot.press(*keys)
    await until(pilot, lambda: len(app.screen_stack) == 2, "a page is open")
    await settle(app, pilot)
    yield app.screen.query_one(TextPane)
    await pilot.press("escape")
    assert len(app.screen_stack) == 1


@pytest.mark.parametrize(
    ("view", "keys"),
    [("4", ("enter",)), ("4", ("d",)), ("2", ("enter",)), ("3", ("enter",)), ("5", ("enter",))],
    ids=("thread", "diff", "task", "transcript", "alert"),
)
async def test_what_is_typed_behind_a_slash_acts_on_no_page(
    home: Home, opened: Opener, view: str, keys: tuple[str, ...]
) -> None:
    async with opened(home) as (app, pilot):
        write_output(app.world.sessions[0].session.folder, "what it said\n")
        await pilot.press(view)
        await settle(app, pilot)
        async with page(app, pilot, *keys):
            await types_in(app, pilot, home)


async def test_a_find_goes_from_place_to_place_and_says_at_which_of_how_many(home: Home, opened: Opener) -> None:
    async with opened(home, size=(80, 24)) as (app, pilot):
        session = next(row.session for row in app.world.sessions if row.session.agent == "zhangfei-dev")
        write_output(session.folder, "".join(f"step {n} {'x' * 90} Fold\n" for n in range(60)))
        app.screen.focus_pane(rows(app, "sessions"))  # type: ignore[attr-defined]
        rows(app, "sessions").go_to(session.id)
        async with page(app, pilot, "enter") as text:
            await pilot.press("g", "/", *"xx fold", "enter")
            assert "/xx fold 1/60" in shown(app) and text.top == 0
            await pilot.press("n", "n")
            assert "3/60" in shown(app)
            await pilot.press("N", "N", "N")
            assert "60/60" in shown(app), "before the first comes the last"
            assert "step 59" in shown(app) and len(app.screen_stack) == 2
            write_output(session.folder, "one more xx Fold\n", "a")
            await until(pilot, lambda: "60/61" in shown(app), "what comes meanwhile is found, too")
            await pilot.press("escape")
            assert "60/61" not in shown(app) and len(app.screen_stack) == 2


async def test_n_is_a_new_task_where_nothing_is_looked_for_and_goes_on_where_something_is(
    home: Home, opened: Opener
) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("4", "tab")
        await settle(app, pilot)
        await pilot.press("/", *"sharpe", "enter", "n")
        assert len(app.screen_stack) == 1
        assert "/sharpe 2/2" in shown(app)
        await pilot.press("escape", "n")
        assert app.screen.query(Input)


async def test_a_text_whose_act_is_refused_is_taken_by_the_refusal(home: Home, opened: Opener) -> None:
    before = written(home)
    async with opened(home) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        assert app.screen.query_one(BoardColumns).row is not None
        for key in ("x", "i", "E"):
            place = stands(app)
            await pilot.press(key, *TYPED, "v", "z", "2", "J", "q")
            await settle(app, pilot)
            assert len(app.screen_stack) == 2, f"{key}: the reason stands there until it was read"
            assert stands(app) == place
            await pilot.press("enter")
            assert len(app.screen_stack) == 1
    assert written(home) == before


async def test_a_text_that_comes_before_its_second_box_is_written_into_that(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        needs = rows(app, "needs")
        needs.move(next(n for n, row in enumerate(needs.rows) if row.review is not None) - needs.cursor)
        await pilot.press("colon", *"reject", "enter")
        for key in ("y", *"vzsvHs"):
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: app.screen.query(Input), "the second box is open")
        await settle(app, pilot)
        assert sorted(app.screen.query_one(Input).value) == sorted("vzsvHs"), "and nothing of it acted"
        assert app.current_mode == "1" and not app.world.scheduler.paused


async def test_keys_that_came_before_a_view_was_drawn_are_pressed_in_their_order(home: Home, opened: Opener) -> None:
    before = written(home)
    async with opened(home) as (app, pilot):
        for key in ("4", "/", *TYPED, "enter"):
            app.post_message(events.Key(key, None if len(key) > 1 else key))
        await until(
            pilot, lambda: app.current_mode == "4" and app.screen.query("#reviews") and rows(app, "reviews").filtered
        )
        assert rows(app, "reviews").filtered == TYPED
    assert written(home) == before


async def test_what_is_pasted_into_a_view_does_nothing(home: Home, opened: Opener) -> None:
    before = written(home)
    async with opened(home) as (app, pilot):
        place = stands(app)
        app.post_message(events.Paste("vzxsH1234\nv"))
        await settle(app, pilot)
        assert (stands(app), len(app.screen_stack)) == (place, 1)
    assert written(home) == before
