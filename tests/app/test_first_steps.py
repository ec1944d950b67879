"""Promises of a home that has nothing yet: it says what comes first, and each step can be done there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.adding import add_agent
from console.app.first_steps import offer_first_steps
from console.app.screens.dialogs import Ask, Pick
from console.blackboard.connection import open_project
from console.blackboard.reads.tasks import list_tasks
from console.home import Home
from console.settings import load_settings
from tests.app.conftest import Opener
from tests.app.world import until
from widgets.line_list import LineList


def program(folder: Path, name: str) -> None:
    """One that is found on PATH, and does nothing."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\nexit 0\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_an_agent_a_project_and_a_task_are_made_without_leaving_the_console(
    bare_home: Home, opened: Opener, tmp_path: Path, size: tuple[int, int]
) -> None:
    program(tmp_path / "bin", "claude")
    environ = {"HOME": str(tmp_path), "PATH": f"{tmp_path / 'bin'}{os.pathsep}/usr/bin:/bin"}
    async with opened(bare_home, size=size, environ=environ) as (app, pilot):

        def steps() -> bool:
            return isinstance(app.screen, Pick) and app.screen.query_one(LineList).rows[0].title[0] == "1"

        await pilot.press("enter")
        await until(pilot, steps, "the steps")
        assert app.screen.query_one(LineList).cursor == 1, "there are agents: a project comes next"
        await pilot.press("k", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, Pick) and app.screen.query_one(LineList).rows[0].title == "claude"
        )
        assert app.screen.query_one(LineList).rows[1].why_not == "not found on PATH"
        await pilot.press("enter")
        await until(pilot, lambda: steps() and "claude" in app.screen.query_one(LineList).rows[0].title, "an agent")
        assert "claude" in load_settings(bare_home, environ).agents
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"Q", "enter")
        await until(
            pilot, lambda: any("'Q' cannot" in one.message for one in app._notifications), "what is wrong with it"
        )
        await pilot.press("backspace", *"quant", "enter")
        await until(pilot, lambda: isinstance(app.screen, Ask) and "folder" in app.screen._label)
        await pilot.press("enter")
        await until(pilot, lambda: steps() and "quant" in app.screen.query_one(LineList).rows[1].title, "a project")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask) and "What is to be done" in app.screen._label)
        await pilot.press(*"Look at the fees", "enter")
        db = open_project(bare_home.project_folder("quant"))
        await until(pilot, lambda: [task.title for task in list_tasks(db)] == ["Look at the fees"])


async def test_who_only_looks_is_offered_nothing(bare_home: Home, opened: Opener) -> None:
    async with opened(bare_home, read_only=True) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert not isinstance(app.screen, Pick)


async def test_a_program_that_is_an_agent_already_is_not_added_again(
    bare_home: Home, opened: Opener, tmp_path: Path
) -> None:
    program(tmp_path / "bin", "claude")
    environ = {"HOME": str(tmp_path), "PATH": f"{tmp_path / 'bin'}{os.pathsep}/usr/bin:/bin"}
    add_agent(bare_home, environ, "claude")
    async with opened(bare_home, environ=environ) as (app, pilot):
        offer_first_steps(app)
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("k", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, Pick) and app.screen.query_one(LineList).rows[0].title == "claude"
        )
        assert app.screen.query_one(LineList).rows[0].why_not == "is an agent already"
