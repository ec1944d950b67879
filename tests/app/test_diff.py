"""Promises of the diff page: what changed between two rounds, told without colour, without harm and without waiting."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from console.app.app import Console
from console.app.errands import Fetch, Fetched
from console.app.screens.diff import DiffScreen
from console.app.threads import diff_page, files_of
from console.blackboard.connection import open_project
from console.blackboard.writes.verdicts import operator_verdict
from console.home import Home
from console.i18n import use_language
from console.records.review import Verdict
from tests.app.conftest import Opener
from tests.app.debated import DEBATE, SINGLE, Debater
from tests.app.sample import BY, MINUTE, NOW, SECOND
from tests.app.world import settle, until
from widgets.diff import diff_paragraphs
from widgets.marks import ASCII
from widgets.pages import DiffPage
from widgets.painted import Look
from widgets.text_pane import TextPane

Same = Callable[[Console], bool]


async def diff_of(app: Console, pilot: Pilot[int], review: int) -> DiffPage:
    """Open the diff of a review from the inbox, and wait until all is compared."""
    await pilot.press("4")
    await settle(app, pilot)
    app.screen.query_one("#reviews").go_to(("quant", review))  # type: ignore[attr-defined]
    await pilot.press("d")
    await until(pilot, lambda: isinstance(app.screen, DiffScreen) and app.screen._page is not None, "a diff")
    await settle(app, pilot)
    return page_shown(app)


def page_shown(app: Console) -> DiffPage:
    """What the diff page in front shows."""
    page = app.screen._page  # type: ignore[attr-defined]
    assert isinstance(page, DiffPage)
    return page


def lines_of(page: DiffPage, look: Look | None = None) -> list[str]:
    """The page as it reads before it is wrapped."""
    return ["".join(text for text, _role in spans) for _indent, spans in diff_paragraphs(page, look or Look())]


def debater_on(home: Home) -> Debater:
    """Somebody who goes on with what is there."""
    folder = home.project_folder("quant")
    return Debater(open_project(folder), folder, _n=1000)


async def test_each_line_has_its_sign_and_its_number(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        lines = lines_of(await diff_of(app, pilot, DEBATE))
    at = lines.index("outputs/report.md  round 1 → 2  +4 −2  changed, 106 B → 183 B")
    assert lines[at + 1 : at + 5] == [
        "     @@ -1,7 +1,8 @@",
        "  1  # 敏感性分析",
        "  2  ",
        "- 3  The Sharpe ratio holds above 1.3 in all windows.",
    ]
    assert "+ 3  The Sharpe ratio holds above 1.3 in all but two windows." in lines
    assert "-    \\ no line end at the end of the file" in lines


async def test_a_deleted_file_is_told_with_the_lines_that_are_gone(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        lines = lines_of(await diff_of(app, pilot, DEBATE))
    at = lines.index("outputs/scratch.md  round 1 → 2  +0 −1  removed, 18 B")
    assert lines[at + 2] == "- 1  to be thrown away"


async def test_a_binary_file_has_one_line_and_a_file_that_is_the_same_is_only_named(
    debated: Home, opened: Opener
) -> None:
    async with opened(debated) as (app, pilot):
        lines = lines_of(await diff_of(app, pilot, DEBATE))
    at = lines.index("outputs/plot.png  round 1 → 2  changed, 6 B → 6 B  binary")
    assert lines[at + 1] == ""
    assert lines[-2:] == ["AS BEFORE", "outputs/windows.csv  v1  23 B"]


async def test_what_is_hostile_in_a_file_stands_as_its_number(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        lines = lines_of(await diff_of(app, pilot, DEBATE))
        shown = app.export_screenshot()
    assert "+ 8  \\x1b[31m[bold red]red[/]\\x1b]0;forged\\x07 \\u202eend" in lines
    assert "\x1b" not in shown and "\u202e" not in shown and "[bold&#160;red]red[/]" in shown


async def test_one_round_only_is_said_and_its_outputs_are_listed(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        page = await diff_of(app, pilot, SINGLE)
    assert page.files == ()
    assert lines_of(page)[3:] == [
        "Only round 1 was handed in: there is none before it to compare with.",
        "",
        "OUTPUTS",
        "outputs/fees.csv  v1  16 B",
        "outputs/notes.md  v1  18 B",
    ]


async def test_a_plan_that_is_judged_has_nothing_to_compare(debated: Home, opened: Opener) -> None:
    debater = debater_on(debated)
    task = debater.task("Plan of it", MINUTE, reviews=("plan_review",))
    debater.db.close()
    async with opened(debated) as (app, pilot):
        lines = lines_of(await diff_of(app, pilot, task))
    assert lines[3:] and not any("@@" in line for line in lines)


async def test_d_on_a_task_opens_its_newest_review_and_d_again_closes_it(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        board = app.screen.query_one("#board")
        app.screen.focus_pane(board)  # type: ignore[attr-defined]
        board.go_to(SINGLE)  # type: ignore[attr-defined]
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        await pilot.press("d")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_page_that_comes_while_its_view_is_closed_is_no_crash(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        board = app.screen.query_one("#board")
        app.screen.focus_pane(board)  # type: ignore[attr-defined]
        board.go_to(SINGLE)  # type: ignore[attr-defined]
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen) and app.screen._page is not None)
        view = app.screen
        assert isinstance(view, DiffScreen)
        await view.query_one(TextPane).remove()  # as its end does, before it is unmounted itself
        app.post_message(Fetched(Fetch("debate", lambda db: None, view._loaded), view._page))
        await pilot.press("d")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_task_without_a_review_says_that_there_is_nothing_to_compare(debated: Home, opened: Opener) -> None:
    debater = debater_on(debated)
    task = debater.task("No review of this", MINUTE)
    debater.db.close()
    async with opened(debated) as (app, pilot):
        board = app.screen.query_one("#board")
        app.screen.focus_pane(board)  # type: ignore[attr-defined]
        board.go_to(task)  # type: ignore[attr-defined]
        await pilot.press("d")
        await until(pilot, lambda: app._notifications)
        assert len(app.screen_stack) == 1


async def test_a_verdict_can_be_given_from_the_diff(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await diff_of(app, pilot, DEBATE)
        await pilot.press("v")
        await until(pilot, lambda: any(row.review.status == "approved" for row in app.world.reviews))


async def test_files_are_compared_once_while_the_world_goes_on_and_anew_with_the_next_round(
    debated: Home, opened: Opener
) -> None:
    async with opened(debated) as (app, pilot):
        before = lines_of(await diff_of(app, pilot, DEBATE))
        debater = debater_on(debated)
        shutil.rmtree(debater.task_folder(DEBATE) / "archive")  # whoever compares now finds no lines
        debater.task("Something else", MINUTE)
        app.feed.nudge()
        await until(pilot, lambda: any(task.title == "Something else" for task in app.world.board.columns[0]))
        await settle(app, pilot)
        assert lines_of(page_shown(app)) == before
        third_round(debater)
        app.feed.nudge()
        await until(pilot, lambda: "round 2 → 3" in lines_of(page_shown(app))[1])
        await settle(app, pilot)
        assert any("round 2 → 3  changed" in line and "no copy" in line for line in lines_of(page_shown(app)))
        debater.db.close()


def third_round(debater: Debater) -> None:
    """The operator sends the work back, and it comes again."""
    operator_verdict(
        debater.db, DEBATE, verdict=Verdict.REQUEST_CHANGES, comment="once more", by=BY, now=NOW - 20 * MINUTE
    )
    debater.hand_in(DEBATE, {"report.md": b"short\n"}, SECOND, answers=())


async def test_the_pane_stays_where_the_reader_is_while_more_files_come(debated: Home, opened: Opener) -> None:
    async with opened(debated, size=(80, 24)) as (app, pilot):
        await diff_of(app, pilot, DEBATE)
        pane = app.screen.query_one(TextPane)
        await pilot.press("j", "j")
        app.screen.load()  # type: ignore[attr-defined]
        await settle(app, pilot)
        assert pane.top == 2


def test_signs_and_arrows_have_an_ascii_form(debated: Home) -> None:
    db = open_project(debated.project_folder("quant"))
    page = diff_page(db, "quant", DEBATE)
    db.close()
    folder = debated.project_folder("quant") / "artifacts" / str(DEBATE)
    lines = lines_of(replace(page, files=tuple(files_of(folder, page))), Look(glyphs=ASCII))
    assert "outputs/report.md  round 1 > 2  +4 -2  changed, 106 B > 183 B" in lines


@pytest.mark.parametrize(
    ("size", "language"),
    [((80, 24), "en"), ((120, 40), "en"), ((120, 40), "zh")],
    ids=["80x24-en", "120x40-en", "120x40-zh"],
)
async def test_the_diff_looks_right(
    debated: Home, opened: Opener, picture: Same, size: tuple[int, int], language: str
) -> None:
    use_language(language)
    async with opened(debated, size=size) as (app, pilot):
        await diff_of(app, pilot, DEBATE)
        assert picture(app)
