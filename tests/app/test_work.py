"""Promises of the work that is judged: it can be read whole, and what changed in it, before anybody decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from textual.pilot import Pilot

from console.actions.action import CONSOLE
from console.app.app import Console
from console.app.screens.pages import ThreadScreen
from console.app.screens.work import WorkScreen
from console.blackboard.connection import Database, open_project
from console.blackboard.reads.notes import comments as comments_on
from console.blackboard.writes import verdicts
from console.home import Home
from console.records.output import Output
from console.records.review import Verdict
from console.records.task import Task
from tests.app.conftest import Opener
from tests.app.debated import DEBATE, SINGLE, Debater
from tests.app.sample import HOUR, MINUTE, NOW
from tests.app.world import settle, until
from widgets.anchors import Place
from widgets.bars import FooterLine
from widgets.pages import FindingRow, WorkFile, WorkPage
from widgets.painted import Look
from widgets.text_pane import TextPane
from widgets.work import work_paragraphs


async def work_of(app: Console, pilot: Pilot[int], review: int) -> TextPane:
    """Open the work of a review from the inbox, and wait until it can be read."""
    await pilot.press("4")
    await settle(app, pilot)
    app.screen.query_one("#reviews").go_to(("quant", review))  # type: ignore[attr-defined]
    await pilot.press("o")
    await until(pilot, lambda: isinstance(app.screen, WorkScreen) and bool(pane(app).text), "the work")
    await settle(app, pilot)
    return pane(app)


def pane(app: Console) -> TextPane:
    """The one that shows it."""
    return app.screen.query_one(TextPane)


def head(app: Console) -> str:
    """What stands above it."""
    return "".join(text for text, _role in pane(app).line(0))


async def test_the_first_round_is_read_whole_file_by_file(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        shown = await work_of(app, pilot, SINGLE)
        assert shown.text.splitlines() == ["   1  venue  bp", "   2  SHFE   2"]
        assert "WORK" in head(app) and "fees.csv" in head(app) and "notes.md" in head(app)
        await pilot.press("l")
        await until(pilot, lambda: "from the exchange" in pane(app).text)
        await pilot.press("l")
        await until(pilot, lambda: "venue" in pane(app).text)
        await pilot.press("o")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_later_round_shows_what_changed_and_w_shows_it_whole(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await work_of(app, pilot, DEBATE)
        while "report.md  round 1" not in pane(app).text:
            before = pane(app).text
            await pilot.press("right")
            await until(pilot, lambda before=before: pane(app).text != before)  # type: ignore[misc]
        assert "+ 3  The Sharpe ratio holds above 1.3 in all but two windows." in pane(app).text
        assert "since round 1" in head(app)
        await pilot.press("w")
        await until(pilot, lambda: "1  # 敏感性分析" in pane(app).text)
        assert "4  样本：2019-2021。" in pane(app).text and "- 3" not in pane(app).text and "whole" in head(app)


async def test_what_is_not_text_is_told_and_what_is_hostile_stands_as_its_number(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await work_of(app, pilot, DEBATE)
        seen = []
        for _ in range(4):
            before = pane(app).text
            seen.append(before)
            await pilot.press("l")
            await until(pilot, lambda before=before: pane(app).text != before)  # type: ignore[misc]
        every = "\n".join(seen)
        assert "plot.png" in every and "binary" in every
        assert "\x1b" not in every and "\u202e" not in every and "\\u202e" in every


async def test_where_there_is_room_the_work_stands_beside_its_thread(debated: Home, opened: Opener) -> None:
    async with opened(debated, size=(200, 50)) as (app, pilot):
        await pilot.press("4")
        await settle(app, pilot)
        app.screen.query_one("#reviews").go_to(("quant", SINGLE))  # type: ignore[attr-defined]
        await until(pilot, lambda: "venue" in app.screen.query_one("#work", TextPane).text)
        await pilot.press("tab", "tab", "l")
        await until(pilot, lambda: "from the exchange" in app.screen.query_one("#work", TextPane).text)
        app.screen.query_one("#reviews").go_to(("quant", DEBATE))  # type: ignore[attr-defined]
        await until(pilot, lambda: "exchange" not in app.screen.query_one("#work", TextPane).text)


async def test_a_task_that_nobody_reviews_shows_what_it_has(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        board = app.screen.query_one("#board")
        app.screen.focus_pane(board)  # type: ignore[attr-defined]
        board.go_to(SINGLE)  # type: ignore[attr-defined]
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, WorkScreen) and "venue" in pane(app).text)
        await pilot.press("w")
        await until(pilot, lambda: app._notifications)


def test_a_finding_stands_beside_its_line() -> None:
    output = Output(id=1, task_id=1, path="outputs/report.md", sha256="0", size=4)
    finding = FindingRow(verdict_id=1, number=7, text="wrong", place="report.md:2")
    page = WorkPage(project="quant", task=Task(id=1, title="t"), outputs=(output,), findings=(finding,))
    file = WorkFile(output=output, lines=((("a", "text"),), (("b", "text"),)), numbers=(1, 2))
    said = ["".join(text for text, _role in spans) for _indent, spans in work_paragraphs(page, file, Look())]
    assert said == ["   1  a", "7  2  b"]


async def inbox_thread(app: Console, pilot: Pilot[int], review: int) -> None:
    """Stand on a review of the inbox, its thread read."""
    await pilot.press("4")
    await settle(app, pilot)
    app.screen.query_one("#reviews").go_to(("quant", review))  # type: ignore[attr-defined]
    await until(pilot, lambda: "ROUND" in app.screen.query_one("#thread", TextPane).text)
    await settle(app, pilot)


async def to_finding(app: Console, pilot: Pilot[int]) -> None:
    """Go down in the text that has the focus, to the first finding."""
    shown = app.screen.current  # type: ignore[attr-defined]
    for _ in range(60):
        if isinstance(shown.about, FindingRow):
            return
        await pilot.press("j")
    raise AssertionError("there is no finding in it")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_enter_goes_from_a_finding_to_its_line_and_back(
    debated: Home, opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(debated, size=size) as (app, pilot):
        await inbox_thread(app, pilot, DEBATE) if size[0] >= 100 else await pilot.press("4")
        if size[0] < 100:  # one pane at a time: the thread is a page
            app.screen.query_one("#reviews").go_to(("quant", DEBATE))  # type: ignore[attr-defined]
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, ThreadScreen) and bool(pane(app).text))
        else:
            await pilot.press("tab")
        await to_finding(app, pilot)
        thread = app.screen.current  # type: ignore[attr-defined]
        finding = thread.about
        assert finding.place == "outputs/report.md:3"
        await pilot.press("enter")
        await until(pilot, lambda: _at(app) == Place("outputs/report.md", 3), "the line of the finding")
        assert app.screen.current is not thread  # type: ignore[attr-defined]


async def test_the_footer_tells_of_each_key_what_it_does_here_and_nothing_else(debated: Home, opened: Opener) -> None:
    async with opened(debated, size=(200, 50)) as (app, pilot):
        await work_of(app, pilot, SINGLE)
        assert "c finding here" in footer(app) and "c comment" not in footer(app)
        await pilot.press("/", *"SHFE", "enter")
        await until(pilot, lambda: "n next found" in footer(app))
        assert "n new task" not in footer(app)


async def test_what_was_handed_in_without_an_output_says_so(debated: Home, opened: Opener) -> None:
    with quant(debated) as db:
        debater = Debater(db, debated.project_folder("quant"), _n=3000)
        task = debater.task("Words alone", HOUR, reviews=("output_review",))
        debater.hand_in(task, {}, MINUTE)
    async with opened(debated) as (app, pilot):
        assert (await work_of(app, pilot, task)).text == "No output was handed in."


async def test_a_finding_in_a_file_that_is_not_there_says_so(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        shown = await work_of(app, pilot, SINGLE)
        before = shown.text
        app.screen.show_end(Place("outputs/nothing.md", 5))  # type: ignore[attr-defined]
        await until(pilot, lambda: any("outputs/nothing.md is not among" in one.message for one in app._notifications))
        await pilot.press("l")
        await until(pilot, lambda: shown.text != before)
        assert len(app._notifications) == 1, "once"


async def test_a_line_with_a_finding_leads_back_to_the_thread(debated: Home, opened: Opener) -> None:
    with quant(debated) as db:
        found = ({"text": "no venue named so", "path": "fees.csv", "line": 2},)
        say = verdicts.operator_verdict
        say(db, SINGLE, verdict=Verdict.REQUEST_CHANGES, findings=found, by=CONSOLE, now=NOW)
    async with opened(debated) as (app, pilot):
        await work_of(app, pilot, SINGLE)
        assert pane(app).text.splitlines()[1].startswith("1  2  SHFE")
        assert "to its line" not in footer(app)
        await pilot.press("j")
        assert "to its line" in footer(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ThreadScreen) and isinstance(_at(app), FindingRow))
        assert _at(app).text == "no venue named so"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, WorkScreen) and len(app.screen_stack) == 2)


async def test_what_is_noted_on_a_line_goes_with_the_verdict(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await work_of(app, pilot, SINGLE)
        await pilot.press("j", "c")
        await settle(app, pilot)
        assert "outputs/fees.csv:2" in asked(app)
        await pilot.press(*"unit?", "enter")
        await until(pilot, lambda: pane(app).text.splitlines()[1].startswith("+  2"))
        assert comments(debated, SINGLE) == []  # it is no comment: it waits for the verdict


async def test_on_work_that_nobody_judges_a_line_is_commented_on(debated: Home, opened: Opener) -> None:
    with quant(debated) as db:
        verdicts.operator_verdict(db, SINGLE, verdict=Verdict.APPROVE, by=CONSOLE, now=NOW)
    async with opened(debated) as (app, pilot):
        await work_of(app, pilot, SINGLE)
        await pilot.press("c", *"why", "enter")
        await until(pilot, lambda: comments(debated, SINGLE) == ["outputs/fees.csv:1: why"])


def _at(app: Console) -> object:
    """What the line stands for at which one is."""
    shown = app.screen.current  # type: ignore[attr-defined]
    return shown.about if isinstance(shown, TextPane) else None


@contextmanager
def quant(home: Home) -> Iterator[Database]:
    """Its blackboard."""
    with closing(open_project(home.project_folder("quant"))) as db:
        yield db


def comments(home: Home, task: int) -> list[str]:
    """What was said of a task."""
    with quant(home) as db:
        return [each.body for each in comments_on(db, task)]


def footer(app: Console) -> str:
    """The keys that it names."""
    return "".join(text for text, _role in app.screen.query_one(FooterLine).line(0))


def asked(app: Console) -> str:
    """The question of the box."""
    return "".join(text for words in app.screen.query(".words") for text, _role in words.line(0))  # type: ignore[attr-defined]
