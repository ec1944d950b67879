"""Promises of the System view: it follows the log and stays where one reads, says what to do, and costs nothing unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from console.app.app import Console
from console.app.log_lines import MOST, newest_lines
from console.blackboard.connection import Database, open_home, open_project
from console.blackboard.writes.home import ask, publish_status, set_flag
from console.blackboard.writes.inbox import Taken, register_segment, take_lines
from console.blackboard.writes.tasks import NewTask, create_task
from console.clock import iso
from console.engine.in_charge import take
from console.home import Home
from console.keeping.destination import CAUSE
from console.keeping.told import tell
from console.records.inbox import SegmentState
from console.records.request import RequestKind
from tests.app.conftest import Opener
from tests.app.sample import BY, MINUTE, NOW, SECOND
from tests.app.system_sample import IN_ORDER, OUT_OF_ORDER, WELL, shown, standing, write_a_day, write_log
from tests.app.world import FixedClock, settle, silent_for, until
from widgets.text_pane import TextPane


async def look(app: Console, pilot: Pilot[int]) -> TextPane:
    """Go to the view; gives its log."""
    await pilot.press("6")
    await settle(app, pilot)
    await until(pilot, lambda: app.world.system.known, "the home was looked at")
    await settle(app, pilot)
    return app.screen.query_one("#log", TextPane)


def said(home: Home, *messages: str, mode: str = "a") -> None:
    """Something is logged."""
    write_log(home, *((SECOND, "INFO", "engine", message) for message in messages), mode=mode)


def quarantined(db: Database) -> None:
    """A message came in that nobody understands."""
    segment = register_segment(db, dev=1, ino=1, name="daemon.jsonl", state=SegmentState.LIVE, now=NOW)
    line = Taken("a:0", "", "", "somebody", "nonsense", "bad", "it is no JSON object", NOW)
    take_lines(db, segment, [line], offset=9, head="", skipping=False, now=NOW)


# -- the log


async def test_the_log_follows_its_end_and_f_makes_it_stay(home: Home, opened: Opener) -> None:
    said(home, *(f"line {n}" for n in range(100)))
    async with opened(home) as (app, pilot):
        log = await look(app, pilot)
        assert "line 99" in shown(app) and "LOG  following" in shown(app)
        said(home, "one more")
        await until(pilot, lambda: "one more" in shown(app), "the new line is in sight")
        await pilot.press("F")
        before = shown(app).splitlines()[-20:-3]
        said(home, "and another")
        await until(pilot, lambda: any("and another" in str(line) for line in log._paragraphs), "it was read")
        assert shown(app).splitlines()[-20:-3] == before and "LOG  F follows" in shown(app)
        await pilot.press("F")
        assert "and another" in shown(app)


async def test_f_is_about_the_log_wherever_the_focus_is(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        log = await look(app, pilot)
        await pilot.press("tab", "F")
        assert app.screen.focused is not log and not log.follow


async def test_what_is_read_stays_in_its_place_when_the_log_loses_its_first_lines(home: Home, opened: Opener) -> None:
    said(home, *(f"line {n}" for n in range(MOST)))
    async with opened(home) as (app, pilot):
        log = await look(app, pilot)
        await pilot.press("pageup", "pageup")
        before = [line.rstrip(" ▐") for line in shown(app).splitlines()[-20:-3]]
        said(home, *(f"new {n}" for n in range(40)))
        await until(pilot, lambda: any("new 39" in str(line) for line in log._paragraphs), "they were read")
        await pilot.pause()
        assert [line.rstrip(" ▐") for line in shown(app).splitlines()[-20:-3]] == before


async def test_an_equal_log_repaints_nothing(home: Home, opened: Opener) -> None:
    write_a_day(home)
    async with opened(home) as (app, pilot):
        log = await look(app, pilot)
        assert log.show(list(log._paragraphs), app.look) == 0


async def test_the_log_shows_warnings_and_errors_in_their_colours_with_a_mark(home: Home, opened: Opener) -> None:
    write_log(home, (MINUTE, "WARNING", "gateway", "it is slow"), (SECOND, "ERROR", "engine", "it \x1b[31mfailed"))
    async with opened(home) as (app, pilot):
        log = await look(app, pilot)
        spans = [span for line in log._lines for span in line]
        assert ("▲ ", "warning") in spans and ("it is slow", "warning") in spans
        assert ("✗ ", "error") in spans and ("it failed", "error") in spans


def test_a_log_that_was_just_rotated_still_has_what_was_before(home: Home) -> None:
    said(home, *(f"line {n}" for n in range(MOST)))
    (home.logs / "moziplus.log").rename(home.logs / "moziplus.log.1")
    said(home, "after")
    found = newest_lines(home.logs)
    assert found is not None and [line.message for line in found[1][-2:]] == [f"line {MOST - 1}", "after"]
    assert len(found[1]) == MOST and newest_lines(home.logs, found[0]) is None


def test_a_line_that_is_being_written_waits_and_a_foreign_one_is_shown_as_it_is(home: Home) -> None:
    (home.logs / "moziplus.log").write_text('no JSON\n[1]\n{"at": 5, "level": "INFO"}\n{"at": "2026-1')
    found = newest_lines(home.logs)
    assert found is not None and [(line.at, line.message) for line in found[1]] == [
        (None, "no JSON"),
        (None, "[1]"),
        (None, ""),
    ]


async def test_a_home_without_a_log_says_so_and_complains_of_nothing(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        log = await look(app, pilot)
        assert "The log is empty." in shown(app) and not app._notifications
        said(home, "the first")
        await until(pilot, lambda: "the first" in shown(app), "the first line is in sight")
        assert log.follow


# -- what is wrong says what to do


async def test_what_is_wrong_says_what_to_do(home: Home, opened: Opener) -> None:
    (home.config / "default.yaml").write_text(
        f"daemon: {{free_disk_floor_bytes: {1 << 50}}}\nbackup: {{destination: /volume/backups}}\n"
    )
    db = open_home(home.state_db)
    clock = FixedClock(NOW - 10 * MINUTE)
    held = take(home, mode="headless", clock=clock)
    assert held is not None
    silent_for(home, 9 * 60)  # as its last tick says
    trouble = {"kind": "token_missing", "sentence": "there is no token", "advice": "set OPENCLAW_GATEWAY_TOKEN"}
    status = {"last_tick": iso(NOW - 9 * MINUTE), "draining": True, "gateway_state": trouble}
    publish_status(db, status, now=NOW)
    ask(db, RequestKind.DRAIN, {}, by=BY, now=NOW - MINUTE)
    quarantined(db)
    tell(home, CAUSE, "the NAS is not there; mount it", now=NOW)
    tell(home, "backup:quant", "quant could not be backed up: no room", now=NOW)
    async with opened(home, size=(200, 60)) as (app, pilot):
        await look(app, pilot)
        for text in (
            "this console",
            f"kill -9 {held.holder.pid}",
            "draining for operator, 1m ago",
            "wants a token",
            "set OPENCLAW_GATEWAY_TOKEN",
            "moziplus inbox show --bad",
            "the NAS is not there; mount it",
            "quant could not be backed up: no room",
            "`moziplus clean`, or free space elsewhere.",
        ):
            assert text in shown(app), text
        set_flag(db, "pause", reason="Feierabend", by=BY, now=NOW - MINUTE)
        await until(pilot, lambda: "paused by operator, 1m ago: Feierabend" in shown(app), "the pause is shown")
        assert "moziplus resume" in shown(app)
    held.release()
    db.close()


async def test_nobody_in_charge_and_wrong_settings_say_what_to_do(home: Home, opened: Opener) -> None:
    (home.config / "default.yaml").write_text("daemon: {tick_interval: never}\n")
    async with opened(home, size=(200, 60)) as (app, pilot):
        await look(app, pilot)
        for text in ("nobody", "`moziplus run`", "are wrong", "tick_interval", "Mend it, then press r."):
            assert text in shown(app), text


async def test_nothing_is_out_of_sight_without_a_word_on_a_small_terminal(home: Home, opened: Opener) -> None:
    async with opened(home, size=(80, 24)) as (app, pilot):
        await standing(app, pilot, WELL, IN_ORDER)
        assert all(text in shown(app) for text in ("SCHEDULER", "GATEWAY", "INBOX", "KEEPING", "212 GB free"))
        await standing(app, pilot, WELL, OUT_OF_ORDER)
        assert "more lines below" in shown(app)
        await pilot.press("G")
        assert "or free space elsewhere." in shown(app) and "below" not in shown(app).splitlines()[2]


@pytest.mark.parametrize("sizes", [((120, 40), (80, 24)), ((80, 24), (200, 60))])
async def test_another_size_of_the_terminal_loses_nothing(
    home: Home, opened: Opener, sizes: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    said(home, "in sight")
    async with opened(home, size=sizes[0]) as (app, pilot):
        await standing(app, pilot, WELL, IN_ORDER)
        await pilot.resize_terminal(*sizes[1])
        await settle(app, pilot)
        first = shown(app)
        await pilot.press("]")
        await settle(app, pilot)
        seen = first + shown(app)
        assert all(text in seen for text in ("SCHEDULER", "GATEWAY", "212 GB free", "in sight"))


# -- what it costs


async def test_nothing_of_it_is_read_while_another_view_is_on_the_screen(home: Home, opened: Opener) -> None:
    said(home, "seen")
    db, quant = open_home(home.state_db), open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        assert not app.world.system.known
        log = await look(app, pilot)
        assert app.world.system.inbox_bad == 0
        await pilot.press("1")
        await settle(app, pilot)
        quarantined(db)
        said(home, "unseen")
        create_task(quant, NewTask(title="new"), by=BY, now=NOW)
        await until(pilot, lambda: any(task.title == "new" for task in app.world.board.columns[0]), "the feed has read")
        app._tick()
        await settle(app, pilot)
        assert app.world.system.inbox_bad == 0 and "unseen" not in str(log._paragraphs)
        await pilot.press("6")
        await until(pilot, lambda: app.world.system.inbox_bad == 1 and "unseen" in shown(app), "it is read again")
    db.close()
    quant.close()


async def test_a_world_that_is_equal_is_not_told_again_while_somebody_looks(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await look(app, pilot)
        world = app.world
        app.feed.nudge()
        create = open_project(home.project_folder("quant"))
        create_task(create, NewTask(title="new"), by=BY, now=NOW)
        await until(pilot, lambda: app.world is not world, "the next world")
        same = (replace(found.system, disk_free=0) for found in (app.world, world))  # others write on this disk, too
        assert next(same) == next(same)
        create.close()
