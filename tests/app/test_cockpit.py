"""Promises of the cockpit: each session a line with what it uses, its transcript beside it by kinds, four at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.app.app import Console
from console.app.screens.sessions import Sessions
from console.home import Home
from console.records.session import Session
from console.records.transcript import Entry, EntryKind
from console.transcript.writer import Transcript
from tests.app.conftest import Opener
from tests.app.sample import NOW
from tests.app.system_sample import shown
from tests.app.world import settle, until
from widgets.line_list import LineList

STORY = (
    Entry(kind=EntryKind.THINKING, text="The loop sleeps\nwhile it holds the lock.", id="t1"),
    Entry(kind=EntryKind.TOOL_CALL, id="c1", fields={"tool": "read", "path": "router/backoff.py"}),
    Entry(kind=EntryKind.TOOL_RESULT, id="c1", text="import random\nimport time\n"),
    Entry(kind=EntryKind.TOOL_CALL, id="c2", fields={"tool": "run", "command": "pytest -q"}),
    Entry(kind=EntryKind.TOOL_RESULT, id="c2", text="1 failed\n", fields={"exit_code": 1}),
    Entry(kind=EntryKind.ASK, text="May I delete the cache?", fields={"ask": 7}),
    Entry(kind=EntryKind.TEXT, text="Yes, all of it.", fields={"by": "operator"}),
    Entry(kind=EntryKind.TEXT, text="The cache is gone."),
)


def tell(session: Session, *entries: Entry) -> Path:
    """Let a session say something; gives its folder."""
    folder = Path(str(session.folder))
    folder.mkdir(parents=True, exist_ok=True)
    transcript = Transcript(folder, lambda: NOW)
    for entry in entries:
        transcript.add(entry)
    transcript.flush()
    transcript.close()
    return folder


async def cockpit(app: Console, pilot: Pilot[int], agent: str = "zhangfei-dev") -> LineList:
    """The view, with the cursor on the session of an agent."""
    await pilot.press("3")
    await settle(app, pilot)
    pane = app.screen.query_one("#sessions", LineList)
    pane.go_to(next(row.session.id for row in pane.rows if row.session.agent == agent))
    await settle(app, pilot)
    return pane


@pytest.fixture
def told(home: Home, tmp_path: Path) -> Home:
    """Each live session has a folder of this test's own, and zhangfei-dev a story."""
    from console.blackboard.connection import open_project

    for project in ("quant", "vnpy"):
        db = open_project(home.project_folder(project))
        db.execute("UPDATE sessions SET folder = ? || id", (f"{tmp_path}/",))
        db.execute("UPDATE sessions SET tokens = 41234, cost = 0.62 WHERE agent = 'zhangfei-dev'")
        for row in db.execute("SELECT * FROM sessions WHERE gone_at IS NULL").fetchall():
            session = Session.from_row(row)
            mine = (Entry(kind=EntryKind.TEXT, text=f"I am {session.agent}."),)
            tell(session, *(STORY if session.agent == "zhangfei-dev" else mine))
        db.close()
    return home


async def test_each_session_is_a_line_with_what_it_used_and_one_sees_which_of_how_many(
    told: Home, opened: Opener
) -> None:
    async with opened(told) as (app, pilot):
        pane = await cockpit(app, pilot)
        text = shown(app)
        line = next(line for line in text.splitlines() if "6m11" in line)
        assert all(part in line for part in ("张飞", "quant#", "Backoff", "4s", "$0.62")), line
        assert f"{pane.cursor + 1}/3" in text and "3 live · 1 silent" in text


async def test_the_transcript_beside_it_is_folded_and_sifted_by_kinds(told: Home, opened: Opener) -> None:
    async with opened(told, size=(160, 48)) as (app, pilot):
        await cockpit(app, pilot)
        await until(pilot, lambda: "The cache is gone." in shown(app), "what it said is read")
        assert "import time" in shown(app) and "while it holds the lock." in shown(app)
        await pilot.press("t")
        await until(pilot, lambda: "import time" not in shown(app), "folded")
        text = shown(app)
        assert "while it holds the lock." not in text and "> read router/backoff.py" in text
        assert "> run pytest -q  exit code 1" in text and "The cache is gone." in text
        await pilot.press("t", "e")
        await until(pilot, lambda: "only errors" in shown(app), "only errors")
        text = shown(app)
        assert "> run pytest -q" in text and "1 failed" in text
        assert "router/backoff.py" not in text and "cache is gone" not in text
        await pilot.press("e")
        await until(pilot, lambda: "only asks" in shown(app), "only asks")
        text = shown(app)
        assert "? May I delete the cache?" in text and "operator: Yes, all of it." in text and "1 failed" not in text
        await pilot.press("e")
        await until(pilot, lambda: "The cache is gone." in shown(app), "everything again")


async def test_four_are_read_at_once_where_there_is_room_and_words_are_said_to_the_one_in_front(
    told: Home, opened: Opener
) -> None:
    async with opened(told, size=(200, 60)) as (app, pilot):
        pane = await cockpit(app, pilot)
        await pilot.press("S")
        await until(
            pilot, lambda: "I am guanyu-dev." in shown(app) and "I am zhaoyun-data." in shown(app), "all of them"
        )
        assert "The cache is gone." in shown(app)
        await pilot.press("tab", "tab")
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, Sessions) and screen.current is not None and screen.current.id == "tail1"
        assert screen.target().session == pane.rows[1].session
        await pilot.resize_terminal(120, 40)
        await settle(app, pilot)
        assert not screen.has_class("-tiled") and screen.current is pane
        await pilot.press("S")
        assert not screen.has_class("-tiled") and app._notifications


async def test_a_narrow_terminal_has_the_list_with_last_words_and_nothing_of_it_breaks(
    told: Home, opened: Opener
) -> None:
    async with opened(told, size=(80, 24)) as (app, pilot):
        await cockpit(app, pilot)
        assert "editing router/backoff.py" in shown(app)
        await pilot.press("t", "e", "S", "tab", "shift+tab", "enter")
        await settle(app, pilot)
        await until(pilot, lambda: "The cache is gone." in shown(app), "its page")
        await pilot.press("t")
        await until(pilot, lambda: "import time" not in shown(app), "folded there, too")
        await pilot.resize_terminal(40, 12)
        await settle(app, pilot)
        await pilot.press("escape")
        await settle(app, pilot)
        assert "张飞" in shown(app)
