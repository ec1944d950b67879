"""Promises of what is offered: what can be done here before what cannot, and to take a verdict back only while that goes."""

from __future__ import annotations

from uuid import UUID

from textual import events
from textual.pilot import Pilot

from console.app.app import Console
from console.blackboard.connection import open_project
from console.blackboard.reads.reviews import get_review
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.verdicts import undo_verdict
from console.home import Home
from console.records.actor import SCHEDULER
from console.records.review import ReviewStatus
from console.records.task import TaskStatus
from tests.app.conftest import Opener
from tests.app.sample import BY
from tests.app.world import stand_on, until
from widgets.line_list import LineList

ANALYSIS, ROUTER = 6, 7


def offered(app: Console) -> bool:
    """Whether the footer says that something can be taken back."""
    return "undo" in app.export_screenshot().replace("&#160;", " ")


async def test_v_approves_the_review_under_the_cursor_and_z_takes_it_back(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        review = stand_on(app, ANALYSIS).review
        assert review is not None
        await pilot.press("v")
        await until(pilot, lambda: len(app.world.needs) == 4)
        assert get_review(db, review.id).status == ReviewStatus.APPROVED
        assert get_task(db, ANALYSIS).status == TaskStatus.DONE
        await pilot.press("z")
        await until(pilot, lambda: len(app.world.needs) == 5)
        assert get_review(db, review.id).status == ReviewStatus.ESCALATED
        assert get_task(db, ANALYSIS).status == TaskStatus.REVIEW


async def test_the_footer_says_how_long_a_verdict_keeps_everything_behind_it_waiting(
    home: Home, opened: Opener
) -> None:
    async with opened(home) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press("v")
        await until(pilot, lambda: "undo: approve #6 (10 s)" in app.export_screenshot().replace("&#160;", " "))
        app.clock.ms += 7_500  # type: ignore[attr-defined]
        await until(pilot, lambda: "undo: approve #6 (3 s)" in app.export_screenshot().replace("&#160;", " "))
        app.clock.ms += 3_000  # type: ignore[attr-defined]
        await until(pilot, lambda: "approve #6 (" not in app.export_screenshot().replace("&#160;", " "))
        assert offered(app)


async def test_z_takes_back_the_verdict_wherever_the_cursor_stands_by_then(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        review = stand_on(app, ANALYSIS).review
        assert review is not None
        await pilot.press("v")
        await until(pilot, lambda: len(app.world.needs) == 4)
        await pilot.press("g")
        row = app.screen.query_one("#needs", LineList).row
        assert row is not None and row.need.project == ""  # an alert of the home
        await pilot.press("z")
        await until(pilot, lambda: get_review(db, review.id).status == ReviewStatus.ESCALATED)


async def test_the_keys_that_do_something_here_stand_before_those_that_cannot(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        drawn = app.export_screenshot().replace("&#160;", " ")
        impossible = [drawn.index(why) for why in ("Only a failed", "Only a pending") if why in drawn]
        assert drawn.index("copy its name") < min(impossible, default=len(drawn))


async def test_z_is_not_offered_once_it_is_too_late(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))

    async with opened(home) as (app, pilot):
        review = stand_on(app, ANALYSIS).review
        assert review is not None
        await pilot.press("v")
        await until(pilot, lambda: offered(app))
        undo_verdict(db, review.id, by=BY, now=app.clock.now())  # by another door
        await until(pilot, lambda: len(app.world.needs) == 5)
        await pilot.press("z")
        await until(pilot, lambda: not offered(app))


async def test_z_is_not_offered_once_somebody_works_on_it_again(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        stand_on(app, ANALYSIS)
        await pilot.press("x", *"why", "enter")
        await until(pilot, lambda: offered(app) and get_task(db, ANALYSIS).status == TaskStatus.PENDING)
        again = Start(session=str(UUID(int=7)), agent="zhangfei-dev", backend="command")
        claim_task(db, ANALYSIS, again, by=SCHEDULER, now=app.clock.now())
        await until(pilot, lambda: not offered(app))


def on_review(app: Console, task: int) -> int:
    """Put the cursor on a review that needs a person; gives its number."""
    needs = app.screen.query_one("#needs", LineList)
    at = next(n for n, row in enumerate(needs.rows) if row.review is not None and row.need.task_id == task)
    needs.move(at - needs.cursor)
    assert (row := needs.row) is not None
    return int(row.review.id)


async def approved(app: Console, pilot: Pilot[int], task: int) -> int:
    """Approve a review that needs a person; gives its number."""
    left, review = len(app.world.needs) - 1, on_review(app, task)
    await pilot.press("v")
    await until(pilot, lambda: len(app.world.needs) == left)
    return review


async def test_z_takes_back_one_verdict_after_the_other_the_newest_first(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        first, second = await approved(app, pilot, ANALYSIS), await approved(app, pilot, ROUTER)
        await pilot.press("z")
        await until(pilot, lambda: get_review(db, second).status == ReviewStatus.ESCALATED)
        assert get_review(db, first).status == ReviewStatus.APPROVED
        await until(pilot, lambda: offered(app))
        await pilot.press("z")
        await until(pilot, lambda: get_review(db, first).status == ReviewStatus.ESCALATED)
        await pilot.press("z")
        await until(pilot, lambda: any("left to take back" in one.message for one in app._notifications))


async def test_z_right_behind_a_verdict_takes_that_one_back(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        review = on_review(app, ANALYSIS)
        for key in ("v", "z"):
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: any("Took back" in one.message for one in app._notifications))
        assert get_review(db, review).status == ReviewStatus.ESCALATED
        assert [one.message for one in app._notifications if "left to take back" in one.message] == []


async def test_a_verdict_that_is_too_late_to_take_back_keeps_none_before_it_from_it(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        first, second = await approved(app, pilot, ANALYSIS), await approved(app, pilot, ROUTER)
        undo_verdict(db, second, by=BY, now=app.clock.now())  # by another door
        await until(pilot, lambda: len(app.world.needs) == 4)
        await pilot.press("z")
        await until(pilot, lambda: any("has no verdict of the operator" in one.message for one in app._notifications))
        await pilot.press("z")
        await until(pilot, lambda: get_review(db, first).status == ReviewStatus.ESCALATED)
