"""Promises of a session's page: its transcript as a person reads it, while it grows, and how to see what came before."""

from __future__ import annotations

from pathlib import Path

from console.home import Home
from console.records.transcript import Entry, EntryKind
from console.safe_files import remove_tree
from console.transcript.writer import Transcript
from tests.app.conftest import Opener
from tests.app.sample import NOW
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
        transcript.add(Entry(kind=EntryKind.TEXT, text="one more"))
        transcript.flush()
        await until(pilot, lambda: "one&#160;more" in app.export_screenshot())
        await pilot.press("home")
        await until(pilot, lambda: "moziplus&#160;session&#160;log" in app.export_screenshot())
        transcript.close()
        remove_tree(folder.parent, folder.name)  # the homes of all tests share it
