"""Promises of the work that is judged: it can be read whole, and what changed in it, before anybody decides."""

from __future__ import annotations

from textual.pilot import Pilot

from console.app.app import Console
from console.app.screens.work import WorkScreen
from console.home import Home
from console.records.output import Output
from console.records.task import Task
from tests.app.conftest import Opener
from tests.app.debated import DEBATE, SINGLE
from tests.app.world import settle, until
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
        assert "changes" in head(app)
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
