"""Promises of a session's page: its transcript as a person reads it, while it grows, and how to see what came before."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.app.pager import written as written_for_pager
from console.home import Home
from console.records.transcript import Entry, EntryKind
from console.safe_files import remove_tree
from console.transcript.writer import Transcript
from tests.app.conftest import Opener
from tests.app.sample import NOW
from tests.app.test_acting import write_output
from tests.app.world import settle, until
from widgets.line_list import LineList


def written(folder: Path) -> Transcript:
    folder.mkdir(parents=True, exist_ok=True)
    return Transcript(folder, lambda: NOW)


async def test_the_transcript_of_a_session_is_read_as_a_person_reads_and_followed(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        folder = Path(str(next(r.session.folder for r in app.world.sessions if r.session.agent == "zhangfei-dev")))
        transcript = written(folder)
        for n in range(2_100):
            transcript.add(Entry(kind=EntryKind.TEXT, text=f"line {n}"))
        transcript.add(
            Entry(kind=EntryKind.TOOL_CALL, fields={"tool": "shell", "command": "make \x1b]0;forged\x07test"})
        )
        transcript.flush()
        sessions = app.screen.query_one("#sessions", LineList)
        app.screen.focus_pane(sessions)  # type: ignore[attr-defined]
        sessions.go_to(next(row.session.id for row in app.world.sessions if row.session.agent == "zhangfei-dev"))
        await pilot.press("enter")
        await settle(app, pilot)
        shown = app.export_screenshot()
        assert (
            "&gt;&#160;shell&#160;make&#160;test" in shown
            and "forged" not in shown
            and "{" not in shown.split("</style>")[1]
        )
        assert "not&#160;all&#160;of&#160;it;&#160;P&#160;shows&#160;the&#160;rest" in shown, (
            "it is said at the end, too"
        )
        every = [*app.screen.whole()()]  # type: ignore[attr-defined]
        assert [line.split()[-1] for line in every if "line " in line] == [str(n) for n in range(2_100)]
        transcript.add(Entry(kind=EntryKind.TEXT, text="one more"))
        transcript.flush()
        await until(pilot, lambda: "one&#160;more" in app.export_screenshot())
        await pilot.press("home")
        await until(pilot, lambda: "moziplus&#160;session&#160;log" in app.export_screenshot())
        transcript.close()
        remove_tree(folder.parent, folder.name)  # the homes of all tests share it


async def test_an_output_of_which_only_the_end_is_shown_says_so_and_all_of_it_can_be_had(
    home: Home, opened: Opener
) -> None:
    async with opened(home) as (app, pilot):
        row = next(r for r in app.world.sessions if r.session.agent == "zhangfei-dev")
        folder = Path(str(row.session.folder))
        write_output(str(folder), "\n".join(f"line {n:06} \x1b[31mé" for n in range(20_000)))
        sessions = app.screen.query_one("#sessions", LineList)
        app.screen.focus_pane(sessions)  # type: ignore[attr-defined]
        sessions.go_to(row.session.id)
        await pilot.press("enter")
        await settle(app, pilot)
        await until(pilot, lambda: "not&#160;all&#160;of&#160;it" in app.export_screenshot())
        assert [*app.screen.whole()()] == [f"line {n:06} é" for n in range(20_000)]  # type: ignore[attr-defined]
        remove_tree(folder.parent, folder.name)  # the homes of all tests share it


async def test_any_text_is_handed_to_a_pager_whole_and_one_that_is_missing_is_told(
    home: Home, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", "no-such-pager")
    async with opened(home) as (app, pilot):
        await pilot.press("G", "enter")
        await settle(app, pilot)
        assert [*app.screen.whole()()] == app.screen.current.text.splitlines()  # type: ignore[attr-defined]
        await pilot.press("P")
        await until(pilot, lambda: any("set PAGER" in notice.message for notice in app._notifications))


def test_a_pager_gets_a_file_of_our_own_that_goes_with_it() -> None:
    with written_for_pager(f"line {n}" for n in range(3)) as folder:
        assert (Path(folder) / "text").read_text() == "line 0\nline 1\nline 2\n"
    assert not Path(folder).exists()
