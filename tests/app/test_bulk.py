"""Promises of acts on several things: marked with space or all that is alike, asked once, done to each, taken back as one."""

from __future__ import annotations

from contextlib import closing

import pytest
from textual.pilot import Pilot

from console.actions.action import CONSOLE
from console.app.app import Console
from console.app.screens.dialogs import Confirm
from console.blackboard.connection import open_project
from console.blackboard.reads.reviews import get_review
from console.blackboard.writes.verdicts import operator_verdict
from console.home import Home
from console.records.review import ReviewStatus, Verdict
from tests.app.conftest import Opener
from tests.app.sample import NOW
from tests.app.world import settle, until
from widgets.line_list import LineList


def reviews(app: Console) -> LineList:
    """The inbox."""
    return app.screen_stack[0].query_one("#reviews", LineList)


def mine(app: Console) -> list[tuple[str, int]]:
    """What needs the operator, as project and review."""
    return [(row.project, row.review.id) for row in reviews(app).rows if row.needs_me]


def status(home: Home, project: str, review: int) -> ReviewStatus:
    """How a review stands."""
    with closing(open_project(home.project_folder(project))) as db:
        return get_review(db, review).status


def text(app: Console) -> str:
    """What is on the screen."""
    return app.export_screenshot().replace("&#160;", " ")


async def inbox(app: Console, pilot: Pilot[int]) -> list[tuple[str, int]]:
    """Stand in it, on the first that needs the operator; gives which do."""
    await pilot.press("4")
    await settle(app, pilot)
    found = mine(app)
    assert len(found) >= 2
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_what_is_marked_is_approved_after_one_question_and_taken_back_with_one_key(
    home: Home, opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(home, size=size) as (app, pilot):
        found = (await inbox(app, pilot))[:2]
        await pilot.press("space", "space")
        assert "2 marked" in text(app)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "these 2" in text(app))
        await pilot.press("y")
        await until(pilot, lambda: all(status(home, *one) == ReviewStatus.APPROVED for one in found))
        await until(pilot, lambda: "marked" not in text(app) and "approve, all 2" in text(app))
        await pilot.press("z")
        await until(pilot, lambda: all(status(home, *one) == ReviewStatus.ESCALATED for one in found))


async def test_an_act_on_several_is_taken_back_whatever_was_done_before_it(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        found = (await inbox(app, pilot))[:2]
        await pilot.press("m", "enter")
        await until(pilot, lambda: any("later" in one.title for one in app.undos.done))
        await pilot.press("z")
        await until(pilot, lambda: mine(app)[:2] == found)
        await pilot.press("H")
        await until(pilot, lambda: len(app.undos.done) == 2)
        await pilot.press("g", "space", "space", "v")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: all(status(home, *one) == ReviewStatus.APPROVED for one in found))
        await pilot.press("z")
        await until(pilot, lambda: all(status(home, *one) == ReviewStatus.ESCALATED for one in found))


async def test_an_act_on_one_is_about_that_alone_whatever_was_done_to_several_before(
    home: Home, opened: Opener
) -> None:
    async with opened(home) as (app, pilot):
        found = await inbox(app, pilot)
        await pilot.press("space", "space", "v")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: all(status(home, *one) == ReviewStatus.APPROVED for one in found[:2]))
        await settle(app, pilot)
        row = next(row for row in reviews(app).rows if row.review.status == ReviewStatus.OPEN)
        reviews(app).go_to((row.project, row.review.id))
        await settle(app, pilot)
        await pilot.press("v")
        await until(pilot, lambda: status(home, row.project, row.review.id) == ReviewStatus.APPROVED)


async def test_one_text_asks_for_changes_in_all_and_no_keeps_the_marks(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        found = (await inbox(app, pilot))[:2]
        await pilot.press("space", "space", "x", "n")
        await until(pilot, lambda: app.shown is not None)
        assert len(reviews(app).marked) == 2
        await pilot.press("x", "y", *"too long", "enter")
        await until(pilot, lambda: all(status(home, *one) == ReviewStatus.CHANGES_REQUESTED for one in found))


async def test_what_is_refused_is_told_with_its_reason_and_keeps_nothing_else_from_being_done(
    home: Home, opened: Opener
) -> None:
    async with opened(home) as (app, pilot):
        (first, second) = (await inbox(app, pilot))[:2]
        await pilot.press("space", "space", "v")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        with closing(open_project(home.project_folder(first[0]))) as db:  # somebody else is quicker
            operator_verdict(db, first[1], verdict=Verdict.REJECT, comment="no", by=CONSOLE, now=NOW)
        await pilot.press("y")
        await until(pilot, lambda: status(home, *second) == ReviewStatus.APPROVED)
        await until(pilot, lambda: any("rejected already" in note.message for note in app._notifications))
        assert status(home, *first) == ReviewStatus.REJECTED
        await pilot.press("z")
        await until(pilot, lambda: status(home, *second) == ReviewStatus.ESCALATED)


async def test_what_is_alike_is_marked_with_one_key_and_esc_takes_all_marks_away(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await inbox(app, pilot)
        await pilot.press("G", "V")
        here = reviews(app).row
        assert here is not None and {row.review.status for row in reviews(app).marked} == {here.review.status}
        await pilot.press("escape")
        assert reviews(app).marked == []
        await pilot.press("V", "V")
        assert reviews(app).marked == []


async def test_what_cannot_be_judged_is_left_out_and_says_why(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        _first, (project, review) = (await inbox(app, pilot))[:2]
        await pilot.press("space", "space")
        with closing(open_project(home.project_folder(project))) as db:
            operator_verdict(db, review, verdict=Verdict.REJECT, comment="no", by=CONSOLE, now=NOW)
        await until(pilot, lambda: (project, review) not in mine(app))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "Not these:" in text(app) and "settled" in text(app)


async def test_a_filter_hides_marks_and_nothing_is_done_to_what_it_hides(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await inbox(app, pilot)
        await pilot.press("space", "space")
        kept = reviews(app).marked[0]
        reviews(app).filter(f"#{kept.review.task_id} {kept.task.title}")
        await pilot.pause()
        assert [row.review.id for row in reviews(app).marked] == [kept.review.id]
