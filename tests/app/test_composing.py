"""Promises of the composer: a verdict is written under what is judged, with the reviewers' findings and lines of one's own."""

from __future__ import annotations

from contextlib import closing, nullcontext

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from console.app.app import Console
from console.app.exporting import text_of_screen
from console.app.screens.composer import Composer
from console.app.screens.dialogs import Ask, Told
from console.blackboard.connection import open_project
from console.blackboard.reads.reviews import get_review, thread
from console.blackboard.writes.rounds import escalate
from console.blackboard.writes.tasks import edit_task
from console.blackboard.writes.verdicts import operator_verdict
from console.home import Home
from console.records.actor import OPERATOR, SCHEDULER
from console.records.review import Verdict, VerdictGiven
from tests.app.conftest import Opener
from tests.app.debated import DEBATE, SINGLE
from tests.app.sample import BY, NOW
from tests.app.world import settle, until
from widgets.line_list import LineList
from widgets.text_pane import TextPane


def last_verdict(home: Home, review: int) -> VerdictGiven | None:
    """The operator's."""
    with closing(open_project(home.project_folder("quant"))) as db:
        return next((v for v in reversed(thread(db, review).verdicts) if v.seat_id is None), None)


async def stand_on(app: Console, pilot: Pilot[int], review: int) -> None:
    """In the inbox."""
    await pilot.press("4")
    await settle(app, pilot)
    app.screen.query_one("#reviews", LineList).go_to(("quant", review))
    await settle(app, pilot)


async def composed(app: Console, pilot: Pilot[int], key: str, says: str) -> None:
    """Open it, and wait until it was told what the verdict leads to."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, Composer) and says in shown(app), says)


def shown(app: Console) -> str:
    """What is on the screen."""
    return app.export_screenshot().replace("&#160;", " ").replace("&#x27;", "'")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_composer_covers_nothing_of_what_is_judged_and_says_what_follows(
    debated: Home, opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(debated, size=size) as (app, pilot):
        await stand_on(app, pilot, SINGLE)
        body = app.screen.query_one("#body")
        whole = body.region.height
        await composed(app, pilot, "x", "back to zhangfei-dev, then round 2 begins")
        box = app.screen.query_one("#box")
        await until(pilot, lambda: body.region.bottom <= box.region.y, "room for both")
        await pilot.press(*"units", "ctrl+j", *"fees.csv:2 which exchange", "enter")
        await until(pilot, lambda: last_verdict(debated, SINGLE) is not None)
        given = last_verdict(debated, SINGLE)
        assert given is not None and given.comment == "units"
        assert given.findings == ({"text": "which exchange", "path": "fees.csv", "line": 2},)
        await until(pilot, lambda: body.region.height == whole, "the room is given back")


async def test_findings_of_the_reviewers_are_ticked_and_sent_with_their_places(debated: Home, opened: Opener) -> None:
    with closing(open_project(debated.project_folder("quant"))) as db:
        escalate(db, DEBATE, 2, to=OPERATOR, reason="so", by=SCHEDULER, now=NOW)
    async with opened(debated) as (app, pilot):
        await stand_on(app, pilot, DEBATE)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Composer))
        await settle(app, pilot)
        await pilot.press("enter")
        assert isinstance(app.screen, Composer), "there is nothing to send yet"
        if app.screen._entries:
            await pilot.press("space", "enter")
            await until(pilot, lambda: last_verdict(debated, DEBATE) is not None)


async def test_what_was_noted_on_the_work_is_ticked_and_goes_along_also_with_an_approval(
    debated: Home, opened: Opener
) -> None:
    async with opened(debated, size=(200, 50)) as (app, pilot):
        await stand_on(app, pilot, SINGLE)
        await until(pilot, lambda: "venue" in app.screen.query_one("#work", TextPane).text)
        await pilot.press("tab", "tab", "j", "c", *"unit?", "enter")
        await settle(app, pilot)
        await composed(app, pilot, "v", "is done")
        assert "unit?" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: last_verdict(debated, SINGLE) is not None)
        given = last_verdict(debated, SINGLE)
        assert given is not None and given.verdict == Verdict.APPROVE
        assert given.findings == ({"text": "unit?", "path": "outputs/fees.csv", "line": 2},)


@pytest.mark.parametrize("key", ["right", "tab"])
async def test_a_path_is_completed_and_escape_gives_the_room_back(debated: Home, opened: Opener, key: str) -> None:
    async with opened(debated) as (app, pilot):
        await stand_on(app, pilot, SINGLE)
        body = app.screen.query_one("#body")
        whole = body.region.height
        await composed(app, pilot, "x", "round 2")
        await pilot.press(*"fee")
        await until(pilot, lambda: app.screen.query_one(Input)._suggestion == "fees.csv:")
        await pilot.press(key)
        assert app.screen.query_one(Input).value == "fees.csv:"
        await pilot.press("escape")
        await until(pilot, lambda: app.shown is not None and body.region.height == whole)


async def test_what_was_written_when_the_box_was_left_is_there_when_it_is_opened_again(
    debated: Home, opened: Opener
) -> None:
    async with opened(debated) as (app, pilot):
        await stand_on(app, pilot, SINGLE)
        await composed(app, pilot, "x", "round 2")
        await pilot.press(*"first", "ctrl+j", *"second", "escape")
        await until(pilot, lambda: any("x brings it back" in one.message for one in app._notifications))
        await composed(app, pilot, "x", "round 2")
        assert app.screen.query_one(Input).value == "second" and "first" in shown(app)
        await pilot.press(*" third", "enter")
        await until(pilot, lambda: last_verdict(debated, SINGLE) is not None)
        given = last_verdict(debated, SINGLE)
        assert given is not None and given.comment == "first\nsecond third"


async def test_what_was_written_for_a_review_that_somebody_else_settled_can_still_be_read(
    debated: Home, opened: Opener
) -> None:
    async with opened(debated) as (app, pilot):
        await stand_on(app, pilot, SINGLE)
        await composed(app, pilot, "x", "round 2")
        with closing(open_project(debated.project_folder("quant"))) as db:
            operator_verdict(db, SINGLE, verdict=Verdict.APPROVE, by=BY, now=NOW)
        await pilot.press(*"units", "enter")
        await until(pilot, lambda: any("kept" in one.message for one in app._notifications))
        await settle(app, pilot)
        app.screen.query_one("#reviews", LineList).go_to(("quant", SINGLE))
        await settle(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Told) and "units" in shown(app), "the text that was kept")


async def test_what_is_judged_goes_on_above_the_composer(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await stand_on(app, pilot, SINGLE)
        await composed(app, pilot, "x", "round 2")
        await pilot.press(*"units")
        with closing(open_project(debated.project_folder("quant"))) as db:
            task = get_review(db, SINGLE).task_id
            edit_task(db, task, {"title": "Fees by venue"}, by=BY, now=NOW)
        await until(pilot, lambda: text_of_screen(app).count("Fees by venue") == 2, "in the list and in the thread")
        assert isinstance(app.screen, Composer) and app.screen.query_one(Input).value == "units"


@pytest.mark.parametrize("key", ["x", "c"])
async def test_who_quits_the_editor_without_a_change_sends_nothing(
    debated: Home, opened: Opener, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    async with opened(debated) as (app, pilot):
        monkeypatch.setattr(app, "suspend", nullcontext)  # a terminal is there in the drives of a real one
        await stand_on(app, pilot, SINGLE)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, Composer | Ask))
        await pilot.press(*"units", "ctrl+g")
        await settle(app, pilot)
        assert isinstance(app.screen, Composer | Ask) and app.screen.draft == "units"
    assert last_verdict(debated, SINGLE) is None


async def test_the_line_that_is_written_is_in_sight_on_the_smallest_terminal(debated: Home, opened: Opener) -> None:
    async with opened(debated, size=(120, 40)) as (app, pilot):
        await stand_on(app, pilot, SINGLE)
        await composed(app, pilot, "x", "round 2")
        for word in ("one", "two", "three"):
            await pilot.press(*word, "ctrl+j")
        await pilot.press(*"four")
        for size in ((40, 12), (80, 24), (40, 12)):
            await pilot.resize_terminal(*size)
            await until(
                pilot, lambda: app.screen.query_one(Input).region.bottom <= app.screen.query_one("#box").region.bottom
            )
            await until(pilot, lambda: "four" in text_of_screen(app))


async def test_a_question_is_read_whole_on_a_narrow_terminal(debated: Home, opened: Opener) -> None:
    async with opened(debated, size=(40, 16)) as (app, pilot):
        app.push_screen(Told(app.look, "One two three four five six seven eight nine ten eleven twelve."))
        await until(pilot, lambda: "twelve" in text_of_screen(app))
