"""Promises of the page that draws who waits for whom: it agrees with the shell, opens tasks, and is usable when long."""

from __future__ import annotations

from contextlib import closing

import pytest

from console.app.graphing import graph_of
from console.app.screens.graph import GraphScreen
from console.app.screens.pages import TaskScreen
from console.blackboard.connection import open_project
from console.blackboard.reads.graph import graph_of_project
from console.blackboard.writes.tasks import NewTask, create_task
from console.cli.graph_views import graph_record, graph_text
from console.home import Home
from tests.app.conftest import Opener
from tests.app.sample import BY, NOW
from tests.app.world import settle, until
from widgets.cells import line_width
from widgets.graph import graph_line
from widgets.line_list import LineList
from widgets.painted import Look

PROJECT = "lake"


def planned(home: Home, more: int = 0) -> list[int]:
    """A diamond with a tail, and a chain of `more` behind it; the numbers of its tasks."""
    found: list[int] = []
    with closing(open_project(home.project_folder(PROJECT))) as db:

        def task(title: str, *after: int) -> None:
            found.append(create_task(db, NewTask(title=title, after=after), by=BY, now=NOW).id)

        task("取数据")
        task("find the costs")
        task("backtest", found[0], found[1])
        task("compare", found[0])
        task("report", found[2], found[3])
        for n in range(more):
            task(f"step {n}", found[-1])
    return found


def lines(app_screen: GraphScreen) -> list[str]:
    """What the list shows, line by line."""
    pane = app_screen.query_one(LineList)
    return ["".join(text for text, _role in pane.line(y)).rstrip() for y in range(pane.size.height)]


async def test_the_graph_of_a_task_is_drawn_names_what_it_has_to_do_with_and_opens_what_is_under_the_cursor(
    home: Home, opened: Opener
) -> None:
    first, costs, test, compare, report = planned(home)
    async with opened(home) as (app, pilot):
        app.push_screen(TaskScreen(PROJECT, test))
        await settle(app, pilot)
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, GraphScreen) and app.screen.query_one(LineList).rows, "it")
        screen = app.screen
        assert isinstance(screen, GraphScreen)
        assert [line.strip() for line in lines(screen)[1:6]] == [
            f"← ○ #{first} 取数据",
            f"└─◌ #{compare} compare",
            f"→   └─◌ #{report} report  also after #{test}",
            f"← ○ #{costs} find the costs",
            f"▌  └─◌ #{test} backtest  also after #{first}",
        ]
        assert f"waits for #{first} #{costs}  holds up #{report}" in lines(screen)[0]
        await pilot.press("k", "k", "enter")
        await until(pilot, lambda: isinstance(app.screen, TaskScreen), "the task under the cursor")
        assert app.screen.target().task is None or app.screen.target().task.id == report  # type: ignore[attr-defined]
        await pilot.press("escape", "C")
        await until(pilot, lambda: isinstance(app.screen, TaskScreen), "the page below")


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (200, 60)])
async def test_two_hundred_in_a_row_stay_usable_at_every_size(
    home: Home, opened: Opener, size: tuple[int, int]
) -> None:
    numbers = planned(home, more=200)
    async with opened(home, size=size) as (app, pilot):
        app.push_screen(GraphScreen(PROJECT, numbers[-1]))
        await settle(app, pilot)
        pane = app.screen.query_one(LineList)
        await until(pilot, lambda: pane.row is not None and pane.row.task.id == numbers[-1], "the last one")
        assert any("step 199" in line for line in lines(app.screen))  # type: ignore[arg-type]
        await pilot.press("g")
        assert pane.row is not None and pane.row.task.id == numbers[0]
        await pilot.press("slash", *"step", "space", *"150", "enter")
        await until(pilot, lambda: len(pane.rows) == 2, "what was looked for")


def test_the_page_and_the_shell_have_the_same_tasks_in_the_same_order_at_the_same_levels(home: Home) -> None:
    planned(home, more=20)
    with closing(open_project(home.project_folder(PROJECT), read_only=True)) as db:
        drawn, found = graph_of(db, None), graph_of_project(db)
    text = graph_text(graph_record(PROJECT, found), None)
    written = [
        (len(line) - len(line.lstrip()), line.split("#")[1].split()[0]) for line in text.splitlines() if "#" in line
    ]
    assert [(2 * min(len(row.rails), 12), str(row.task.id)) for row in drawn.rows] == written
    for cells in (40, 80, 200):
        assert all(line_width(graph_line(row, drawn.rows[3], cells, Look())) <= cells for row in drawn.rows)


async def test_a_task_that_hangs_together_with_none_is_shown_among_those_of_its_project(
    home: Home, opened: Opener
) -> None:
    with closing(open_project(home.project_folder(PROJECT))) as db:
        alone = create_task(db, NewTask(title="alone"), by=BY, now=NOW).id
    planned(home)
    async with opened(home) as (app, pilot):
        app.push_screen(GraphScreen(PROJECT, alone))
        await settle(app, pilot)
        pane = app.screen.query_one(LineList)
        assert pane.row is not None and pane.row.task.id == alone and len(pane.rows) == 6
