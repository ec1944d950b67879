"""Promises of the command line: what a line means, what it may go on with, and that the shell's line beside it is one."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from console.actions.action import Target
from console.actions.lines import line_of
from console.actions.registry import shipped
from console.app.app import Console
from console.app.command_line import CommandLine
from console.app.exporting import text_of_screen
from console.app.screens.pages import TaskScreen
from console.cli.main import moziplus
from console.home import Home
from console.i18n import use_language
from tests.app.conftest import Opener
from tests.app.world import settle, until
from widgets.board import BoardColumns
from widgets.line_list import LineList


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use_language("en")


async def say(app: Console, pilot: Pilot[int], line: str, *, enter: bool = True) -> None:
    """Write a line into the command line, as it is typed."""
    await pilot.press("colon")
    await settle(app, pilot)
    assert isinstance(app.screen, CommandLine)
    app.screen.query_one(Input).value = line
    await pilot.pause()
    if enter:
        await pilot.press("enter")
        await settle(app, pilot)


def notes(app: Console) -> str:
    return "\n".join(note.message for note in app._notifications)


@pytest.mark.parametrize("line", ["frobnicate the lake", f"#{'9' * 30}"])
async def test_a_line_that_is_no_command_says_so_and_stays_to_be_mended(home: Home, opened: Opener, line: str) -> None:
    async with opened(home) as (app, pilot):
        await say(app, pilot, line)
        assert f"This is no command: {line}" in notes(app)
        assert isinstance(app.screen, CommandLine) and app.screen.query_one(Input).value == line


async def test_a_task_is_opened_by_its_name_from_anywhere(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await say(app, pilot, "quant#1")
        assert isinstance(app.screen, TaskScreen)
        await pilot.press("escape")
        await say(app, pilot, "#2")
        assert isinstance(app.screen, TaskScreen), "a number alone is of the project on the board"
        await pilot.press("escape")
        await say(app, pilot, "quant#99999")
        assert app.history.newest_first == ("#2", "quant#1"), "what was not done is not remembered"
        assert "there is no task #99999" in notes(app)
        await say(app, pilot, "nowhere#1")
        assert "There is no project nowhere" in notes(app)


async def test_a_board_is_shown_and_narrowed_by_conditions(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await say(app, pilot, "where status=review")
        await settle(app, pilot)
        board = app.screen.query_one(BoardColumns)
        assert (app.current_mode, board.filtered) == ("2", "status=review")
        assert {task.status for column in app.world.board.columns for task in column} == {"review"}
        await say(app, pilot, "where cst>2")
        assert "did you mean cost?" in notes(app)
        assert board.filtered == "status=review", "what is wrong changes nothing"
        other = next(row.id for row in app.world.projects if row.id != app.world.board.project)
        await say(app, pilot, f"b {other}")
        await settle(app, pilot)
        assert app.world.board.project == other


async def test_theme_and_language_change_while_it_runs(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await say(app, pilot, "theme contrast")
        assert app.theme == "moziplus-contrast"
        await say(app, pilot, "theme mauve")
        assert "There is no theme mauve: dark, light" in notes(app) and app.theme == "moziplus-contrast"
        await say(app, pilot, "lang zh")
        await settle(app, pilot)
        picture = app.export_screenshot(simplify=True)
        assert "总览" in picture and "需要你" in picture and "Overview" not in picture
        await pilot.press("3")
        await settle(app, pilot)
        assert "Overview" not in app.export_screenshot(simplify=True)
        await pilot.resize_terminal(80, 24)
        await settle(app, pilot)
        assert "会话" in text_of_screen(app).splitlines()[0], (
            "where there are no tabs the view is named in the first line"
        )
        await say(app, pilot, "language en")
        await settle(app, pilot)
        assert "3 Sessions" in text_of_screen(app).splitlines()[0]


async def test_a_project_is_paused_and_goes_on_by_its_name(home: Home, opened: Opener) -> None:
    def paused(app: Console) -> bool:
        return next(row.paused for row in app.world.projects if row.id == "quant")

    async with opened(home) as (app, pilot):
        await say(app, pilot, "pause quant")
        await settle(app, pilot)
        assert paused(app)
        await say(app, pilot, "pause quant")
        assert "quant is paused already." in notes(app)
        await say(app, pilot, "resume quant")
        await settle(app, pilot)
        assert not paused(app)
        await say(app, pilot, "pause")
        await until(pilot, lambda: app.world.scheduler.paused, "the home is paused")
        await say(app, pilot, "pause")
        await settle(app, pilot)
        assert app.world.scheduler.paused, "to say it twice does not go on"
        await say(app, pilot, "resume")
        await until(pilot, lambda: not app.world.scheduler.paused, "it goes on")


async def test_a_screen_is_written_as_a_picture_and_as_text_and_nothing_is_written_over(
    home: Home, opened: Opener, tmp_path: Path
) -> None:
    async with opened(home) as (app, pilot):
        await say(app, pilot, f"export {tmp_path}/seen")
        text = (tmp_path / "seen.txt").read_text("utf-8")
        assert len(text.splitlines()) == 40 and "NEEDS YOU" in text
        assert "NEEDS" in (tmp_path / "seen.svg").read_text("utf-8")
        await say(app, pilot, f"export {tmp_path}/seen")
        assert "seen.svg: File exists" in notes(app)


async def test_a_console_that_only_looks_has_no_word_that_writes(home: Home, opened: Opener) -> None:
    async with opened(home, read_only=True) as (app, pilot):
        await say(app, pilot, "pause quant")
        assert isinstance(app.screen, CommandLine), "enter found nothing to do"
        await pilot.press("escape")
        await say(app, pilot, "estop")
        assert isinstance(app.screen, CommandLine) and not app.world.scheduler.estopped


async def test_the_emergency_stop_wants_its_word_in_full(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await say(app, pilot, "esto")
        assert isinstance(app.screen, CommandLine), "a part of it only completes"
        assert app.screen.query_one(Input).value == "estop"
        await pilot.press("escape")
        await say(app, pilot, "estop")
        until = time.monotonic() + 60
        while not app.world.scheduler.estopped and time.monotonic() < until:
            await pilot.pause(0.05)
        assert app.world.scheduler.estopped
        assert "Emergency stop: 0 agent(s) stopped" in notes(app)
        assert "estop" not in app.history.newest_first, "it is not done again by a key too many"
        app.history.remember("pause")
        await say(app, pilot, "")
        assert len(app.screen_stack) == 1 and not app.world.scheduler.paused
        await say(app, pilot, "e", enter=False)
        await pilot.pause()
        await pilot.press("tab")
        assert app.screen.query_one(Input).value != "estop", "and no ghost of it is taken"


async def test_what_may_follow_is_offered_and_what_was_written_comes_first(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await say(app, pilot, "theme li", enter=False)
        rows = app.screen.query_one(LineList)
        assert [row.title for row in rows.rows] == ["theme light", "theme contrast-light", "theme ansi-light"]
        await pilot.press("enter")
        assert app.theme == "moziplus-light"
        await say(app, pilot, "where cost>1 status=rev", enter=False)
        assert [row.title for row in app.screen.query_one(LineList).rows] == ["where cost>1 status=review"]
        assert "$ moziplus task list --where" in text_of_screen(app)
        await pilot.press("escape")
        await say(app, pilot, "where title~it's", enter=False)
        assert shlex.split(text_of_screen(app).partition("$ ")[2].splitlines()[0].rstrip("│ "))[-1] == "title~it's"
        await pilot.press("escape")
        await say(app, pilot, "where co", enter=False)
        await pilot.press("enter")
        assert app.screen.query_one(Input).value == "where cost=", "a field is completed, and wants its value"
        await pilot.press("escape")
        await say(app, pilot, "", enter=False)
        assert app.screen.query_one(LineList).rows[0].title == "theme light"
        await pilot.press("down", "up", "enter")
        await pilot.pause()
        await say(app, pilot, "th", enter=False)
        await pilot.pause()
        await pilot.press("tab")
        assert app.screen.query_one(Input).value == "theme light", "tab takes what stands there as a ghost"


def test_the_line_of_a_shell_beside_every_action_is_a_command_with_these_options() -> None:
    for action in shipped():
        if not action.danger or action.id == "tick":
            assert line_of(action, Target()) == "", action.id
            continue
        words = shlex.split(line_of(action, Target(project="quant"), "words"))
        assert words.pop(0) == "moziplus"
        command: click.Command = moziplus
        context = click.Context(moziplus)
        while isinstance(command, click.Group):
            found = command.get_command(context, words.pop(0))
            assert found is not None, action.id
            command, context = found, click.Context(found, parent=context)
        flags = {flag for parameter in command.params for flag in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= flags, (action.id, words)
