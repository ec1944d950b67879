"""Promises of enter in a box: a second one on its way answers nothing more, one that came as a line feed counts."""

from __future__ import annotations

from textual.widgets import Input

from console.app.screens.composer import Composer
from console.app.screens.dialogs import Ask
from console.home import Home
from tests.app.conftest import Opener
from tests.app.world import settle, until
from widgets.board import BoardColumns


async def test_a_second_enter_in_a_box_answers_nothing_and_ends_nothing(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        answers: list[str | None] = []
        app.push_screen(Ask(app.look, "label", required=True), answers.append)
        await settle(app, pilot)
        field = app.screen.query_one(Input)
        field.value = "words"
        for _n in range(3):
            field.post_message(Input.Submitted(field, "words"))
        await settle(app, pilot)
        assert answers == ["words"] and len(app.screen_stack) == 1
        app.push_screen(Composer(app.look, "title", required=True, text="words"), answers.append)
        await settle(app, pilot)
        field = app.screen.query_one(Input)
        for _n in range(3):
            field.post_message(Input.Submitted(field, "words"))
        await settle(app, pilot)
        assert answers == ["words", "words"] and len(app.screen_stack) == 1
        assert app.is_running


async def test_an_enter_from_before_the_terminal_was_ours_is_one(home: Home, opened: Opener) -> None:
    """Typed while the shell still had the terminal, it comes as a line feed."""
    async with opened(home) as (app, pilot):
        await pilot.press(":", *"board", "ctrl+j")
        await until(pilot, lambda: app.current_mode == "2" and app.shown is not None)
        await settle(app, pilot)
        await pilot.press("slash", *"tick", "ctrl+j")
        await until(pilot, lambda: app.screen.query_one(BoardColumns).filtered == "tick")
