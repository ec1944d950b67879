"""Promises what keys do: each act goes through the write API to a real blackboard, and the screen follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from console.actions.registry import by_id
from console.app.app import Console
from console.app.screens.dialogs import Confirm, Pick
from console.blackboard.connection import open_home, open_project
from console.blackboard.reads import home as home_reads
from console.blackboard.reads.needs import needs
from console.blackboard.reads.notes import comments, open_alerts
from console.blackboard.reads.reviews import get_review
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.reads.tasks import get_task, list_tasks, state
from console.blackboard.writes import home as home_writes
from console.home import Home
from console.records.review import ReviewStatus
from console.records.session import StopReason
from console.records.task import TaskStatus
from tests.app.conftest import Opener
from tests.app.sample import BY, NOW
from tests.app.world import settle, stand_on, until
from widgets.board import BoardColumns
from widgets.line_list import LineList

ANALYSIS, ROUTER, FAILED = 6, 7, 8


def rows(app: Console, name: str) -> LineList:
    """A list of the Overview."""
    return app.screen.query_one(f"#{name}", LineList)


def task_of(row: Any) -> int | None:
    """The task of a review's row."""
    return None if row is None else row.review.task_id


def write_output(folder: str | None, text: str, mode: str = "w") -> None:
    """What an agent says."""
    Path(str(folder)).mkdir(parents=True, exist_ok=True)
    with (Path(str(folder)) / "output.log").open(mode) as file:
        file.write(text)


async def test_x_asks_what_to_change_and_sends_it_with_the_verdict(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press("x")
        app.screen.query_one(Input).value = "Include March 2020"
        await pilot.press("enter")
        await until(pilot, lambda: get_task(db, ANALYSIS).status == TaskStatus.PENDING)
        assert get_task(db, ANALYSIS).preferred == "zhangfei-dev"


async def test_capital_e_gives_a_round_to_an_agent(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        review = stand_on(app, ANALYSIS).review
        assert review is not None
        await pilot.press("E")
        assert isinstance(app.screen, Pick)
        app.screen.query_one(Input).value = "关羽"
        await pilot.press("enter")
        await until(pilot, lambda: len(app.world.needs) == 4)
        asked = get_review(db, review.id)
        assert (asked.status, asked.escalated_to) == (ReviewStatus.ESCALATED, "guanyu-dev")
        assert get_task(db, ANALYSIS).status == TaskStatus.REVIEW


async def test_whoever_wrote_the_work_is_not_picked_to_settle_it_and_the_operator_stands_first(
    home: Home, opened: Opener
) -> None:
    async with opened(home) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press("E")
        choices = app.screen.query_one(LineList).rows
        assert choices[0].value == ""
        assert [each.value for each in choices if each.why_not] == ["zhangfei-dev"]


async def test_an_empty_text_is_not_sent_where_one_is_needed(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press("x", "enter")
        assert app.screen.query(Input)
        await pilot.press("escape")
        await settle(app, pilot)
        assert get_task(db, ANALYSIS).status == TaskStatus.REVIEW


async def test_a_comment_goes_to_the_task(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press("c")
        app.screen.query_one(Input).value = "看一下 [bold]表 4[/bold]"
        await pilot.press("enter")
        await until(pilot, lambda: comments(db, ANALYSIS))
        (said,) = comments(db, ANALYSIS)
        assert (said.body, said.actor) == ("看一下 [bold]表 4[/bold]", "operator")


async def test_t_retries_a_failed_task(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        rows(app, "needs").go_to(("failed", "quant", FAILED))
        await pilot.press("t")
        await until(pilot, lambda: get_task(db, FAILED).status == TaskStatus.PENDING)


async def test_an_act_that_is_not_possible_says_why_and_changes_nothing(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        rows(app, "needs").go_to(("failed", "quant", FAILED))
        await pilot.press("v")
        await pilot.pause()
        assert len(app.world.needs) == 5
        assert app._notifications


async def test_cancelling_asks_first_and_its_cursor_stands_on_no(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press("D", "enter")
        await settle(app, pilot)
        assert get_task(db, ANALYSIS).status == TaskStatus.REVIEW
        await pilot.press("D", "down", "enter")
        await until(pilot, lambda: get_task(db, ANALYSIS).status == TaskStatus.CANCELLED)


async def test_capital_h_pauses_the_home_and_resumes_it(home: Home, opened: Opener) -> None:
    db = open_home(home.state_db)
    async with opened(home) as (app, pilot):
        await pilot.press("H")
        await until(pilot, lambda: app.world.scheduler.paused)
        assert "pause" in home_reads.flags(db)
        await pilot.press("H")
        await until(pilot, lambda: not app.world.scheduler.paused)
        assert home_reads.flags(db) == {}


async def test_an_emergency_stop_is_not_lifted_without_a_question(home: Home, opened: Opener) -> None:
    db = open_home(home.state_db)
    home_writes.set_flag(db, "estop", by=BY, now=NOW)
    async with opened(home) as (app, pilot):
        await until(pilot, lambda: app.world.scheduler.estopped)
        await pilot.press("H")
        assert isinstance(app.screen, Confirm)
        await pilot.press("enter")
        await settle(app, pilot)
        assert list(home_reads.flags(db)) == ["estop"]
        await pilot.press("H", "y")
        await until(pilot, lambda: not app.world.scheduler.estopped)
        assert home_reads.flags(db) == {}


async def test_a_pause_that_is_resumed_leaves_a_stop_that_came_meanwhile(home: Home, opened: Opener) -> None:
    db = open_home(home.state_db)
    home_writes.set_flag(db, "pause", by=BY, now=NOW)
    async with opened(home) as (app, pilot):
        assert app.shown is not None
        before = app.shown.full_target()
        home_writes.set_flag(db, "estop", by=BY, now=NOW)
        app.begin(by_id()["pause"], before)
        await until(pilot, lambda: list(home_reads.flags(db)) == ["estop"])


async def test_a_project_is_paused_from_the_command_line(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        app.screen.focus_pane(rows(app, "projects"))  # type: ignore[attr-defined]
        await pilot.press("colon", *"pause", "space", *"project", "enter")
        await until(pilot, lambda: state(db).paused_at)
        await until(pilot, lambda: next(row for row in app.world.projects if row.id == "quant").paused)


async def test_keys_that_are_typed_ahead_reach_the_view_and_the_dialog_that_they_are_meant_for(
    home: Home, opened: Opener
) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        for key in ("2", "n", "H", "i", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: list_tasks(db)[-1].title == "Hi")


async def test_capital_d_on_a_session_asks_for_its_stop(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        app.screen.focus_pane(rows(app, "sessions"))  # type: ignore[attr-defined]
        await pilot.press("D", "y")
        await until(pilot, lambda: any(s.stop_reason == StopReason.OPERATOR for s in present_sessions(db)))


@pytest.mark.parametrize(("project", "left"), [("", 0), ("vnpy", 0)])
async def test_u_acknowledges_an_alert_of_the_home_or_of_a_project(
    home: Home, opened: Opener, project: str, left: int
) -> None:
    db = open_project(home.project_folder(project)) if project else open_home(home.state_db)
    async with opened(home) as (app, pilot):
        await pilot.press("5")
        await settle(app, pilot)
        pane = rows(app, "alerts")
        pane.go_to(next((row.project, row.alert.id) for row in pane.rows if row.project == project and row.alert.id))
        await pilot.press("u")
        await until(pilot, lambda: len(open_alerts(db)) == left)
        await until(
            pilot, lambda: sum(row.alert.id > 0 for row in app.world.alerts) == 1
        )  # those of needs end by themselves


async def test_after_a_verdict_the_inbox_goes_on_to_the_next_that_needs_a_person(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        assert task_of(rows(app, "reviews").row) == ANALYSIS
        await pilot.press("v")
        await until(pilot, lambda: sum(row.needs_me for row in app.world.reviews) == 1)
        await until(pilot, lambda: task_of(rows(app, "reviews").row) == ROUTER)


async def test_capital_j_goes_round_what_needs_a_person_from_anywhere(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("3")
        await settle(app, pilot)
        await pilot.press("J")
        await until(pilot, lambda: app.current_mode == "1" and app.screen.focused is rows(app, "needs"))
        for expected in (1, 2, 3, 4, 0):
            await pilot.press("J")
            await until(pilot, lambda expected=expected: rows(app, "needs").cursor == expected)  # type: ignore[misc]


async def test_read_only_knows_no_key_that_writes(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home, read_only=True) as (app, pilot):
        await pilot.press("v", "x", "D", "H", "z")
        await settle(app, pilot)
        assert len(app.screen_stack) == 1
        assert len(needs(db, "quant")) == 4


async def test_full_width_keys_of_an_input_method_work_like_the_plain_ones(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        for key in ("？", "：", "。", "／", "、"):
            await pilot.press(key)
            assert len(app.screen_stack) == 2, key
            await pilot.press("escape")
            assert len(app.screen_stack) == 1


async def test_neither_ctrl_q_nor_ctrl_c_quits(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("ctrl+q", "ctrl+c", "ctrl+z")
        await pilot.pause()
        assert app.return_code is None and app.is_running


async def test_the_cursor_stays_on_its_task_when_the_board_changes(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        board = app.screen.query_one(BoardColumns)
        app.screen.focus_pane(board)  # type: ignore[attr-defined]
        board.go_to(16)
        await pilot.press("b")
        app.screen.query_one(Input).value = "later"
        await pilot.press("enter")
        await until(pilot, lambda: any(t.id == 16 and t.status == "held" for t in app.world.board.columns[5]))
        await pilot.pause()
        assert board.row is not None and board.row.id == 16


async def test_the_output_of_a_session_is_read_harmless_and_followed(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        folder = next(row.session.folder for row in app.world.sessions if row.session.agent == "zhangfei-dev")
        said = "".join(f"line {n}\n" for n in range(100)) + "\x1b[31mred\x1b[0m \x1b]0;forged\x07end\n"
        write_output(folder, said)
        sessions = rows(app, "sessions")
        app.screen.focus_pane(sessions)  # type: ignore[attr-defined]
        sessions.go_to(next(row.session.id for row in app.world.sessions if row.session.agent == "zhangfei-dev"))
        await pilot.press("enter")
        await settle(app, pilot)
        shown = app.export_screenshot()
        assert "line&#160;99" in shown and "red&#160;end" in shown and "forged" not in shown
        write_output(folder, "one more\n", "a")
        await until(pilot, lambda: "one&#160;more" in app.export_screenshot())
