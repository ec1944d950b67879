"""Promises of boxes that are left: a second enter on its way finds nothing more to answer, and ends nothing."""

from __future__ import annotations

from textual.widgets import Input

from console.app.screens.composer import Composer
from console.app.screens.dialogs import Ask
from console.home import Home
from tests.app.conftest import Opener
from tests.app.world import settle


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
