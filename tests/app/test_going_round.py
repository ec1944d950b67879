"""Promises of `J` and of alerts: one goes round what needs a person where one reads it, nothing is skipped, all can be read."""

from __future__ import annotations

from contextlib import closing

import pytest

from console.actions.action import CONSOLE
from console.actions.registry import by_id
from console.app.app import Console
from console.app.screens.alert import AlertScreen
from console.app.screens.pages import TaskScreen
from console.blackboard.connection import open_project
from console.blackboard.writes.notes import observe
from console.commands.context import Context
from console.commands.reviews import Judge, judge
from console.home import Home
from console.i18n import use_language
from console.records.actor import SCHEDULER
from console.records.alert import Level
from console.records.review import Verdict
from tests.app.conftest import Opener
from tests.app.sample import DAY, HOUR, MINUTE, NOW, Sampler
from tests.app.test_acting import ANALYSIS, ROUTER, rows, task_of
from tests.app.test_asks import shown
from tests.app.world import settle, until

LONG = "the recorder stands still: " + "its disk is full, and nothing that comes in is kept. " * 12 + "Clean /data."


async def test_capital_j_stays_in_the_reviews_and_goes_round_those_that_need_a_person(
    home: Home, opened: Opener
) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        pane = rows(app, "reviews")
        mine = [n for n, row in enumerate(pane.rows) if row.needs_me]
        assert len(mine) == 2 < len(pane.rows)
        for key, task in (("J", ROUTER), ("J", ANALYSIS), ("K", ROUTER), ("K", ANALYSIS)):
            await pilot.press(key)
            await settle(app, pilot)
            assert (app.current_mode, task_of(pane.row)) == ("4", task)
        await pilot.press("G", "J")
        assert task_of(pane.row) == ANALYSIS, "from below the last comes the first"


async def test_capital_j_on_the_page_of_a_review_goes_on_in_the_reviews(home: Home, opened: Opener) -> None:
    async with opened(home, size=(80, 24)) as (app, pilot):
        await pilot.press("4", "enter")
        await settle(app, pilot)
        assert len(app.screen_stack) == 2
        await pilot.press("J")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert app.current_mode == "4" and task_of(rows(app, "reviews").row) == ROUTER


def on_review(app: Console, task: int) -> int:
    """Put the cursor on a review that needs a person; says where that is."""
    needs = rows(app, "needs")
    at = next(n for n, row in enumerate(needs.rows) if row.review is not None and row.need.task_id == task)
    needs.move(at - needs.cursor)
    return at


async def test_capital_j_after_a_verdict_on_a_page_skips_nothing(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        following = app.world.needs[on_review(app, ANALYSIS) + 1].need
        await pilot.press("enter")
        await settle(app, pilot)
        assert len(app.screen_stack) == 2
        await pilot.press("v")
        await until(pilot, lambda: len(app.world.needs) == 4)
        await settle(app, pilot)
        await pilot.press("J")
        await until(pilot, lambda: len(app.screen_stack) == 1 and app.screen.focused is rows(app, "needs"))
        await settle(app, pilot)
        assert rows(app, "needs").row.need == following  # type: ignore[union-attr]


async def test_capital_j_on_a_page_whose_need_stands_goes_to_the_next(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        at = on_review(app, ANALYSIS)
        await pilot.press("enter")
        await settle(app, pilot)
        await pilot.press("J")
        await until(pilot, lambda: len(app.screen_stack) == 1 and rows(app, "needs").cursor == at + 1)


async def alert_on(home: Home, task: int | None) -> None:
    db = open_project(home.project_folder("quant"))
    observe(db, LONG, level=Level.URGENT, cause="disk", task_id=task, by=SCHEDULER, now=NOW - 60_000)
    db.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=("80", "120"))
async def test_enter_on_an_alert_shows_the_whole_of_what_it_says_and_enter_again_its_task(
    home: Home, opened: Opener, size: tuple[int, int], language: str
) -> None:
    use_language(language)
    await alert_on(home, ANALYSIS)
    async with opened(home, size=size) as (app, pilot):
        await pilot.press("5")
        await settle(app, pilot)
        pane = rows(app, "alerts")
        pane.go_to(next((row.project, row.alert.id) for row in pane.rows if row.alert.body == LONG))
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, AlertScreen)
        said = "".join(line.strip() for line in shown(app).splitlines()).replace(" ", "")
        assert LONG.replace(" ", "") in said and "quant#6" in said and "moziplusalertack" in said
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, TaskScreen)
        await pilot.press("escape", "u")
        await until(pilot, lambda: all(row.alert.body != LONG for row in app.world.alerts))
        await settle(app, pilot)
        assert isinstance(app.screen, AlertScreen) and LONG[:20] in shown(app), "it can be read until one leaves"


async def test_an_urgent_alert_that_needs_a_person_is_read_whole_from_there_too(home: Home, opened: Opener) -> None:
    await alert_on(home, ANALYSIS)
    async with opened(home) as (app, pilot):
        needs = rows(app, "needs")
        needs.to_end(False)
        needs.move(next(n for n, row in enumerate(needs.rows) if row.alert is not None and row.alert.body == LONG))
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, AlertScreen) and "Clean /data." in shown(app)
        await pilot.press("escape")


async def test_an_alert_without_a_task_says_so(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("5")
        await settle(app, pilot)
        pane = rows(app, "alerts")
        pane.go_to(next((row.project, row.alert.id) for row in pane.rows if row.alert.task_id is None))
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, AlertScreen)
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, AlertScreen) and app._notifications


def three_more_reviews(home: Home) -> None:
    """That wait for the operator."""
    made = Sampler(open_project(home.project_folder("quant")), home.project_folder("quant"), 100)
    for number in range(3):
        task = made.task(f"Report {number}", DAY, reviews=("output_review",))
        made.submitted(task, "zhangfei-dev", HOUR)
        made.escalated(task, "no eligible reviewer", (40 + number) * MINUTE)


async def test_after_a_verdict_in_the_middle_the_inbox_goes_on_below_it_before_it_begins_anew(
    home: Home, opened: Opener
) -> None:
    three_more_reviews(home)
    async with opened(home) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        waiting = [row for row in app.world.reviews if row.needs_me]
        pane = rows(app, "reviews")
        pane.go_to((waiting[1].project, waiting[1].review.id))
        await pilot.press("v")
        await until(pilot, lambda: pane.row is not None and pane.row.review.id == waiting[2].review.id)
        pane.go_to((waiting[-1].project, waiting[-1].review.id))
        await pilot.press("v")
        await until(pilot, lambda: pane.row is not None and pane.row.review.id == waiting[0].review.id)


async def test_the_inbox_goes_on_also_where_the_row_moves_before_the_verdict_is_heard_of(
    home: Home, opened: Opener
) -> None:
    three_more_reviews(home)
    async with opened(home) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        waiting = [row for row in app.world.reviews if row.needs_me]
        pane, judged = rows(app, "reviews"), waiting[1]
        pane.go_to(pane.key_of(judged))
        target = app.screen.full_target()  # type: ignore[attr-defined]
        with closing(open_project(home.project_folder(judged.project))) as db:
            by = Context(db, CONSOLE, app.clock.now())
            judge(by, Judge(review=judged.review.id, verdict=Verdict.APPROVE))
        await until(pilot, lambda: pane.row is not None and not pane.row.needs_me, "it is shown as settled")
        assert pane.key_of(pane.row) == pane.key_of(judged)
        app.screen.acted(by_id()["approve"], target)  # type: ignore[attr-defined]
        assert pane.key_of(pane.row) == pane.key_of(waiting[2])
