"""Promises of the views that come from the table: each opens by its key, what it says can be read whole at every size."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.actions.registry import named
from console.actions.views import VIEWS, number_of
from console.app.app import Console
from console.app.screens.prompt import PromptScreen
from console.blackboard.connection import open_home, open_project
from console.blackboard.writes.experiences import record_experience
from console.blackboard.writes.schedules import NewSchedule, add_schedule
from console.home import Home
from console.i18n import use_language
from console.records.schedule import ScheduleKind, Template
from tests.app.conftest import Opener
from tests.app.sample import BY, HOUR, MINUTE, NOW
from tests.app.system_sample import shown
from tests.app.test_cockpit import cockpit, told
from tests.app.world import settle, until
from widgets.line_list import LineList
from widgets.tabs import COUNTS

__all__ = ("told",)  # a fixture

ANALYSIS, SLIPPAGE_WAITS_FOR = 6, 11
SIZES = (((40, 12), "en"), ((80, 24), "zh"), ((120, 36), "en"))


def test_a_row_of_the_table_is_all_that_keys_and_the_command_line_need() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS) <= 9
    for number, view in enumerate(VIEWS, start=1):
        action = named(f"view_{view.name}")
        assert action is not None and action.keys == (str(number),) and number_of(view.name) == number
        assert view.counts in COUNTS


@pytest.mark.parametrize(("size", "language"), SIZES, ids=("40", "80-zh", "120"))
async def test_every_view_opens_by_its_key_and_stands_every_key_of_moving(
    home: Home, opened: Opener, size: tuple[int, int], language: str
) -> None:
    use_language(language)
    async with opened(home, size=size) as (app, pilot):
        for number, view in enumerate(VIEWS, start=1):
            await pilot.press(str(number))
            await until(pilot, lambda name=view.name: getattr(app.screen, "VIEW", "") == name, view.name)  # type: ignore[misc]
            await settle(app, pilot)
            await pilot.press("j", "G", "enter", "j", "escape", "tab", "shift+tab", "k")
            await settle(app, pilot)
            while len(app.screen_stack) > 1:
                app.pop_screen()
            assert app.screen.focused is not None and shown(app).strip(), view.name


async def look(app: Console, pilot: object, key: str, words: str) -> None:
    """Open a view and wait until it has read what it shows."""
    await pilot.press(key)  # type: ignore[attr-defined]
    await until(pilot, lambda: words in shown(app), f"{words!r} is shown")  # type: ignore[arg-type]


async def test_agents_are_shown_with_what_they_do_and_have_done(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await look(app, pilot, "7", "张飞 zhangfei-dev")
        text = shown(app)
        line = next(line for line in text.splitlines() if "zhangfei-dev" in line)
        assert "24" in line and "100%" in line and "▇" in line
        assert "23 of 23 first tries succeeded" in text and "in lake, quant, vnpy" in text
        pane = app.screen.query_one("#list", LineList)
        pane.go_to("simayi-challenger")
        await until(pilot, lambda: "AS REVIEWER" in shown(app), "how its word held")
        await pilot.press("slash")
        await pilot.press(*"guanyu", "enter")
        await settle(app, pilot)
        assert [row.id for row in pane.rows] == ["guanyu-dev"]


async def test_what_the_home_knows_is_listed_with_its_use_and_next_moments(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    record_experience(
        db, title="Mind the lock", body="Never sleep with it held.", tags=("locks",), by=BY, now=NOW - HOUR
    )
    nightly = Template(title="Nightly numbers", body="Fetch them.")
    schedule = NewSchedule(
        name="nightly", kind=ScheduleKind.DAILY, at_time="02:00", template=nightly, next_at=NOW + 9 * HOUR
    )
    add_schedule(db, schedule, by=BY, now=NOW - HOUR)
    db.close()
    async with opened(home, size=(160, 48)) as (app, pilot):
        await look(app, pilot, "8", "Mind the lock")
        text = shown(app)
        assert "nightly" in text and "in 9h" in text and "code_review" in text and "destructive-prompt" in text
        pane = app.screen.query_one("#list", LineList)
        assert pane.go_to(next(pane.key_of(row) for row in pane.rows if row.name == "Mind the lock"))
        await until(pilot, lambda: "Never sleep with it held." in shown(app), "all of it")


async def test_a_line_in_quarantine_is_read_whole_with_its_reason(home: Home, opened: Opener) -> None:
    body = '{"v": 1, "kind": "comment", "body": "' + "word " * 60 + 'the end"}'
    db = open_home(home.state_db)
    db.execute(
        "INSERT INTO messages (msg_key, project, kind, writer, body, status, reason, at)"
        " VALUES ('k', 'quant', 'comment', 'cron', ?, 'bad', 'there is no task 4711', ?)",
        (body, NOW - MINUTE),
    )
    db.close()
    async with opened(home, size=(80, 24)) as (app, pilot):
        await look(app, pilot, "9", "there is no task 4711")
        await pilot.press("enter")
        await until(pilot, lambda: "the end" in shown(app), "the whole line")
        assert "moziplus inbox retry" in shown(app) and "cron" in shown(app)


async def test_a_task_is_told_over_time_with_who_could_do_it_and_what_it_holds_up(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "HISTORY" in shown(app) and "not yet" in shown(app), "its page")
        text = shown(app)
        assert "holds up ○ #12 Slippage model" in text and "fits 张飞" in text and "waited 4h" in text
        await pilot.press("escape", "4")
        await settle(app, pilot)
        await pilot.press("1")
        await settle(app, pilot)


async def test_a_worked_on_task_says_where_its_time_went_and_what_its_agent_was_told(
    told: Home,  # noqa: F811
    opened: Opener,
) -> None:
    async with opened(told, size=(120, 60)) as (app, pilot):
        pane = await cockpit(app, pilot)
        row = pane.row
        assert row is not None
        (Path(str(row.session.folder)) / "prompt.md").write_text(
            "# Backoff\n\nMind the lock, \x1b[31mplease.\n", "utf-8"
        )
        await pilot.press("p")
        await until(pilot, lambda: "Mind the lock, please." in shown(app), "the prompt")
        assert isinstance(app.screen, PromptScreen)
        await pilot.press("escape")
        from console.app.screens.pages import TaskScreen

        app.push_screen(TaskScreen("quant", ANALYSIS))
        await until(pilot, lambda: "waited for you" in shown(app), "its page")
        text = shown(app)
        assert "verdict: requests changes" in text and "the review is escalated" in text and "in review" in text
