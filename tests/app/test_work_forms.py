"""Promises of reading the work otherwise than as it stands: compared with what I saw, side by side, folded, as a tree."""

from __future__ import annotations

import json
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.actions.action import CONSOLE
from console.app.app import Console
from console.app.screens.work import WorkScreen
from console.app.seen import Seen
from console.blackboard.connection import open_project
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.writes.notes import add_comment
from console.home import Home
from console.records.output import Output
from tests.app.conftest import Opener
from tests.app.debated import DEBATE, SINGLE, Debater
from tests.app.sample import HOUR, MINUTE, NOW
from tests.app.test_work import footer, head, inbox_thread, pane, quant, work_of
from tests.app.world import settle, until
from widgets.anchors import Place
from widgets.text_pane import TextPane


async def report_of(app: Console, pilot: Pilot[int]) -> TextPane:
    """Read the report of the debate."""
    shown = await work_of(app, pilot, DEBATE)
    while "report.md  " not in shown.text:
        before = shown.text
        await pilot.press("right")
        await until(pilot, lambda before=before: shown.text != before)  # type: ignore[misc]
    return shown


def version_of_report(home: Home, version: int) -> Output:
    """As it was recorded."""
    with quant(home) as db:
        every = outputs_of(db, DEBATE)
    return next(each for each in every if (each.path, each.version) == ("outputs/report.md", version))


async def test_what_changed_since_i_looked_last_is_one_of_the_choices(debated: Home, opened: Opener) -> None:
    first = version_of_report(debated, 1)
    Seen(debated, writes=True).note("quant", DEBATE, first.path, first.sha256, NOW)
    async with opened(debated) as (app, pilot):
        shown = await report_of(app, pilot)
        await pilot.press("w")
        await until(pilot, lambda: "v1, which you saw last → v2" in shown.text)
        assert "since your last look" in head(app) and "+ 3  The Sharpe" in shown.text
        await pilot.press("w")
        await until(pilot, lambda: "whole" in head(app) and "1  # 敏感性分析" in shown.text)
        await settle(app, pilot)
    seen = Seen(debated, writes=True).of("quant", DEBATE)
    assert [one.sha256 for one in seen if one.path == first.path] == [
        first.sha256,
        version_of_report(debated, 2).sha256,
    ]


async def test_of_what_i_saw_and_nobody_kept_it_is_said_that_it_is_gone(debated: Home, opened: Opener) -> None:
    first = version_of_report(debated, 1)
    Seen(debated, writes=True).note("quant", DEBATE, first.path, first.sha256, NOW)
    (debated.project_folder("quant") / "artifacts" / str(DEBATE) / "archive" / first.sha256).unlink()
    async with opened(debated) as (app, pilot):
        shown = await report_of(app, pilot)
        await pilot.press("w")
        await until(pilot, lambda: "since your last look" in head(app))
        await until(pilot, lambda: "no copy of version 1 was kept" in shown.text)


async def test_a_console_that_only_looks_writes_down_no_look(debated: Home, opened: Opener) -> None:
    async with opened(debated, read_only=True) as (app, pilot):
        await work_of(app, pilot, SINGLE)
        await settle(app, pilot)
        assert app.seen.of("quant", SINGLE)
    assert not (debated.state / "seen.json").exists()


async def test_then_and_now_stand_side_by_side_where_there_is_room(debated: Home, opened: Opener) -> None:
    async with opened(debated, size=(170, 40)) as (app, pilot):
        shown = await report_of(app, pilot)
        await pilot.press("S")
        await until(pilot, lambda: "side by side" in head(app))
        row = next(line for line in shown.text.splitlines() if "all windows" in line)
        assert "- 3  The Sharpe" in row and "│    + 3  The Sharpe" in row and "all but two windows" in row
        shown.point_at(Place("outputs/report.md", 3))
        assert shown.about == Place("outputs/report.md", 3)
        await pilot.press("/", *"Sharpe", "enter")
        await until(pilot, lambda: shown.found.told == "/Sharpe 1/2")
        await pilot.press("escape")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "side by side" not in head(app) and "- 3  The Sharpe" in shown.text)
        assert any("160 columns" in notice.message for notice in app._notifications)


async def test_a_pane_has_no_room_for_it_so_it_opens_a_page(debated: Home, opened: Opener) -> None:
    async with opened(debated, size=(200, 50)) as (app, pilot):
        await inbox_thread(app, pilot, DEBATE)
        await pilot.press("tab", "tab")
        work = app.screen.query_one("#work", TextPane)
        while "report.md  " not in work.text:
            before = work.text
            await pilot.press("right")
            await until(pilot, lambda before=before: work.text != before)  # type: ignore[misc]
        await pilot.press("S")
        await until(pilot, lambda: isinstance(app.screen, WorkScreen) and "side by side" in head(app))
        await until(pilot, lambda: any("│" in line for line in pane(app).text.splitlines()))


CHANGES = """diff --git a/src/app/main.py b/src/app/main.py
--- a/src/app/main.py
+++ b/src/app/main.py
@@ -3,2 +3,2 @@
 a
-b
+c
diff --git a/src/util.py b/src/util.py
--- a/src/util.py
+++ b/src/util.py
@@ -1 +1 @@
-x
+y
"""
CONFIG = {"name": "n", "windows": [{"from": year, "to": year + 1} for year in range(1990, 2020)], "end": True}


def handed_in(home: Home, files: dict[str, bytes]) -> int:
    """A task whose review waits for the operator; its number."""
    folder = home.project_folder("quant")
    with closing(open_project(folder)) as db:
        debater = Debater(db, folder, _n=2000)
        task = debater.task("Of many kinds", HOUR, reviews=("output_review",))
        debater.hand_in(task, files, 5 * MINUTE)
    return task


async def test_json_is_folded_and_opens_where_one_is(debated: Home, opened: Opener) -> None:
    task = handed_in(debated, {"a.json": json.dumps(CONFIG, indent=1).encode()})
    async with opened(debated) as (app, pilot):
        shown = await work_of(app, pilot, task)
        assert shown.text.splitlines()[2].endswith('"windows": [ … ],  ▸ 120 lines') and "1990" not in shown.text
        assert "fold" in footer(app)
        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: shown.text.splitlines()[3].endswith("{ … },  ▸ 2 lines"))
        await pilot.press("j", "enter")
        await until(pilot, lambda: '"from": 1990' in shown.text)
        await pilot.press("j", "enter")  # on a line of the first window: that is folded, and one stands on it
        await until(pilot, lambda: "1990" not in shown.text)
        assert shown.about == Place("outputs/a.json", 4)
        await pilot.press("O")
        await until(pilot, lambda: "1990" in shown.text)
        await pilot.press("O", "/", *"2001", "enter")
        await until(pilot, lambda: shown.found.told == "/2001 1/2")  # a find looks into what is folded
        await pilot.press("escape", "W")
        await until(pilot, lambda: "fold" not in footer(app))


async def test_a_diff_of_a_branch_is_a_tree_whose_files_open_and_keep_their_findings(
    debated: Home, opened: Opener
) -> None:
    task = handed_in(debated, {"changes.diff": CHANGES.encode()})
    async with opened(debated) as (app, pilot):
        shown = await work_of(app, pilot, task)
        said = [line.strip() for line in shown.text.splitlines()]
        assert [line.split("  ")[0] for line in said] == ["src/", "app/", "main.py", "util.py"]
        assert said[2].startswith("main.py  +1 −1")
        await pilot.press("j", "j", "enter", "j", "j", "j", "j")
        await until(pilot, lambda: shown.about == Place("src/app/main.py", 4))
        await pilot.press("c", *"why?", "enter")
        await until(
            pilot, lambda: any(line.startswith("+") and line.endswith("+ c") for line in shown.text.splitlines())
        )
        app.screen.work.go_to(Place("src/util.py", 1))  # type: ignore[attr-defined]
        await until(pilot, lambda: shown.about == Place("src/util.py", 1))
        await pilot.press("W")
        await until(pilot, lambda: "diff --git" in shown.text)


async def test_markdown_is_rendered_line_by_line_and_its_source_is_a_key_away(debated: Home, opened: Opener) -> None:
    task = handed_in(debated, {"a.md": b"# Head\n\n- **bold** [link](http://x.y)\n"})
    async with opened(debated) as (app, pilot):
        shown = await work_of(app, pilot, task)
        assert shown.text.splitlines() == ["   1  # Head", "   2  ", "   3  · bold link (http://x.y)"]
        await pilot.press("G", "W")
        await until(pilot, lambda: shown.text.splitlines()[2] == "   3  - **bold** [link](http://x.y)")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.py", b"def f():\n\tif 1:\n\t\treturn '\t'\n"),
        ("a.txt", b"a\tb\n"),
        ("a.md", b"# Head\n\n```make\nall:\n\tgo\n```\n"),
        ("a.json", b'{\n\t"a": 1\n}\n'),
    ],
)
async def test_no_tab_reaches_the_terminal(debated: Home, opened: Opener, name: str, content: bytes) -> None:
    task = handed_in(debated, {name: content})
    async with opened(debated) as (app, pilot):
        shown = await work_of(app, pilot, task)
        assert "\t" not in shown.text
        if name == "a.md":
            await pilot.press("W")
            await until(pilot, lambda: "```make" in shown.text)
            assert "\t" not in shown.text


async def test_what_is_left_of_one_long_line_of_json_is_counted(debated: Home, opened: Opener) -> None:
    task = handed_in(debated, {"a.json": json.dumps(list(range(6000))).encode()})
    async with opened(debated) as (app, pilot):
        shown = await work_of(app, pilot, task)
        await until(pilot, lambda: shown.text.endswith("1002 more lines: outputs/a.json"))


async def test_the_editor_opens_the_version_that_is_read_at_the_line(
    debated: Home, opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "vim"
    editor.write_text(
        f"#!/bin/sh\n{{ echo $1; cat $2; }} > {tmp_path}/told.new; mv {tmp_path}/told.new {tmp_path}/told\n"
    )
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    async with opened(debated) as (app, pilot):
        monkeypatch.setattr(app, "suspend", nullcontext)  # a terminal is there in the drives of a real one
        await work_of(app, pilot, SINGLE)
        await pilot.press("j", "ctrl+g")
        await until(pilot, (tmp_path / "told").exists)
    assert (tmp_path / "told").read_text() == "+2\nvenue,bp\nSHFE,2\n"


async def test_a_long_file_is_there_before_all_of_it_is_read(debated: Home, opened: Opener) -> None:
    task = handed_in(debated, {"a.py": b"".join(b"x = %d\n" % n for n in range(4000))})
    async with opened(debated) as (app, pilot):
        shown = await work_of(app, pilot, task)
        await until(pilot, lambda: len(shown.text.splitlines()) == 4000)
        await pilot.press("G")
        assert shown.about == Place("outputs/a.py", 4000)


async def test_what_is_told_of_other_tasks_has_nothing_read_again(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await work_of(app, pilot, SINGLE)
        before = app.screen.work.page  # type: ignore[attr-defined]
        with quant(debated) as db:
            add_comment(db, DEBATE, "of another one", by=CONSOLE, now=NOW)
        app.feed.refresh()
        await settle(app, pilot)
        assert app.screen.work.page is before  # type: ignore[attr-defined]
        with quant(debated) as db:
            add_comment(db, SINGLE, "of this one", by=CONSOLE, now=NOW)
        await until(pilot, lambda: app.screen.work.page is not before)  # type: ignore[attr-defined]


async def test_an_open_thread_shows_a_comment_that_no_list_shows(debated: Home, opened: Opener) -> None:
    async with opened(debated) as (app, pilot):
        await inbox_thread(app, pilot, SINGLE)
        with quant(debated) as db:
            add_comment(db, SINGLE, "said meanwhile", review_id=SINGLE, by=CONSOLE, now=NOW)
        await until(pilot, lambda: "said meanwhile" in app.screen.query_one("#thread", TextPane).text)
