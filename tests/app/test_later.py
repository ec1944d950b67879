"""Promises of what is put off: it is out of sight and told, wakes in time or when it changes; what is urgent never sleeps.

The home keeps it: every console and `moziplus needs` knows it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from console.app.app import Console
from console.app.screens.dialogs import Confirm, Pick
from console.blackboard.connection import open_project, write
from console.blackboard.reads.needs import needs
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.tasks import NewTask, create_task
from console.commands.snoozes import snooze, snoozes, stamp_of, wake
from console.errors import UsageError
from console.home import Home
from console.records.alert import Level
from console.records.need import Need, NeedKind
from console.records.snooze import Span, asleep
from console.records.task import TaskStatus
from tests.app.conftest import Opener
from tests.app.sample import BY, NOW
from tests.app.world import until
from tests.program import moziplus
from widgets.line_list import LineList

HOUR = 3_600_000
FAILED = Need(kind=NeedKind.FAILED, project="quant", task_id=8, title="load", reason="exit code 2", since=NOW)


def pane(app: Console) -> LineList:
    """NEEDS YOU."""
    return app.screen_stack[0].query_one("#needs", LineList)


def text(app: Console) -> str:
    """What is on the screen."""
    return app.export_screenshot().replace("&#160;", " ")


async def put_off(app: Console, pilot: Pilot[int], downs: int) -> None:
    """By its key, and the choice that lies so many lines down."""
    await pilot.press("m")
    await until(pilot, lambda: isinstance(app.screen, Pick), "it asks until when")
    await pilot.press(*["down"] * downs, "enter")


def test_what_sleeps_for_a_time_wakes_after_it_and_at_once_when_it_is_another_case(bare_home: Home) -> None:
    snooze(bare_home, FAILED, Span.HOUR, NOW)
    kept = snoozes(bare_home, NOW)
    assert asleep(FAILED, kept, NOW) and asleep(FAILED, kept, NOW + HOUR - 1)
    assert not asleep(FAILED, kept, NOW + HOUR) and snoozes(bare_home, NOW + HOUR) == ()
    assert not asleep(replace(FAILED, since=NOW + 1), kept, NOW), "it failed again"
    assert not asleep(replace(FAILED, task_id=9), kept, NOW)


def test_what_sleeps_until_it_changes_has_no_other_end(bare_home: Home) -> None:
    snooze(bare_home, FAILED, Span.CHANGE, NOW)
    kept = snoozes(bare_home, NOW + 1000 * HOUR)
    assert asleep(FAILED, kept, NOW + 1000 * HOUR)
    assert not asleep(replace(FAILED, reason="exit code 3"), kept, NOW)


def test_a_muted_cause_lets_all_that_is_like_it_sleep_in_its_project_alone(bare_home: Home) -> None:
    snooze(bare_home, FAILED, Span.ALIKE, NOW)
    kept = snoozes(bare_home, NOW)
    assert asleep(replace(FAILED, task_id=9, reason="exit code 77", since=NOW + HOUR), kept, NOW + HOUR)
    assert not asleep(replace(FAILED, project="lake"), kept, NOW)
    assert not asleep(replace(FAILED, reason="no such file"), kept, NOW)


def test_what_is_urgent_never_sleeps_whatever_was_said_of_its_like(bare_home: Home) -> None:
    unfit = Need(kind=NeedKind.ALERT, project="", alert_id=1, title="a is unfit", reason="unfit:a", since=NOW)
    snooze(bare_home, unfit, Span.ALIKE, NOW)
    urgent = replace(unfit, level=Level.URGENT)
    assert asleep(replace(unfit, reason="unfit:b"), snoozes(bare_home, NOW), NOW)
    assert not asleep(urgent, snoozes(bare_home, NOW), NOW)
    with pytest.raises(UsageError, match="urgent"):
        snooze(bare_home, urgent, Span.HOUR, NOW)


def test_one_is_woken_or_all_are_and_a_file_that_says_nothing_lets_nothing_sleep(bare_home: Home) -> None:
    first = snooze(bare_home, FAILED, Span.CHANGE, NOW)
    snooze(bare_home, replace(FAILED, task_id=9), Span.CHANGE, NOW)
    before = stamp_of(bare_home)
    assert wake(bare_home, first.key, NOW) == 1 and stamp_of(bare_home) != before
    assert (len(snoozes(bare_home, NOW)), wake(bare_home, None, NOW), snoozes(bare_home, NOW)) == (1, 1, ())
    (bare_home.state / "snoozed.json").write_text("[{", "utf-8")
    assert snoozes(bare_home, NOW) == ()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=str)
async def test_a_key_puts_it_off_which_is_told_and_everybody_else_knows(
    home: Home, opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(home, size=size) as (app, pilot):
        rows = [row for row in app.world.needs if not row.need.urgent]
        row = next(row for row in rows if row.need.kind == NeedKind.FAILED)
        assert pane(app).go_to(pane(app).key_of(row))
        await put_off(app, pilot, 2)
        await until(pilot, lambda: [each for each, _snooze in app.world.snoozed] == [row], "it sleeps")
        assert row not in app.world.needs and "1 snoozed" in text(app)
        project = next(each for each in app.world.projects if each.id == row.need.project)
        assert project.needs == sum(1 for each in app.world.needs if each.need.project == project.id)
        assert [each.title for each in snoozes(home, NOW)] == [row.need.title], "the home keeps it"
        await put_off(app, pilot, 4)
        await until(pilot, lambda: isinstance(app.screen, Pick) and row.need.title[:20] in text(app), "it is listed")
        await pilot.press("down", "enter")
        await until(pilot, lambda: row in app.world.needs and not app.world.snoozed, "it is awake again")
        assert pane(app).go_to(pane(app).key_of(row))
        await put_off(app, pilot, 1)
        await until(pilot, lambda: len(app.world.snoozed) == 1, "it sleeps once more")
        await pilot.press("z")
        await until(pilot, lambda: not app.world.snoozed, "which is taken back")


async def test_what_is_marked_sleeps_together_and_another_console_sees_it(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot), opened(home) as (other, _other_pilot):
        first = next(n for n, row in enumerate(pane(app).rows) if not row.need.urgent)
        pane(app).move(first - pane(app).cursor)
        await pilot.press("space", "space")
        await put_off(app, pilot, 0)
        await until(pilot, lambda: len(app.world.snoozed) == 2 and not pane(app).marked, "both sleep")
        other.feed.refresh()
        await until(pilot, lambda: len(other.world.snoozed) == 2, "the other console knows")
        wake(home, None, NOW)
        await until(pilot, lambda: not app.world.snoozed, "they are awake")


async def test_a_review_is_put_off_from_the_inbox_and_waits_there_no_longer(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        await pilot.press("4")
        await until(pilot, lambda: bool(app.screen.query("#reviews")), "the inbox is there")
        reviews = app.screen.query_one("#reviews", LineList)
        await until(pilot, lambda: reviews.row is not None and reviews.row.needs_me, "one waits")
        project, review = reviews.row.project, reviews.row.review.id  # type: ignore[union-attr]
        await put_off(app, pilot, 2)

        def waits() -> bool:
            return any(r.needs_me for r in reviews.rows if (r.project, r.review.id) == (project, review))

        await until(pilot, lambda: len(app.world.snoozed) == 1 and not waits(), "it waits no longer")


async def test_an_urgent_one_is_not_put_off(home: Home, opened: Opener) -> None:
    async with opened(home) as (app, pilot):
        row = next(row for row in app.world.needs if row.need.urgent)
        assert pane(app).go_to(pane(app).key_of(row))
        await pilot.press("m")
        await until(pilot, lambda: "does not sleep" in text(app), "it says why not")
        await pilot.press("enter")
        assert row in app.world.needs and snoozes(home, NOW) == ()


def test_the_shell_leaves_out_what_was_put_off_counts_it_and_wakes_it(home: Home) -> None:
    with closing(open_project(home.project_folder("quant"))) as db:
        found = next(need for need in needs(db, "quant") if need.kind == NeedKind.FAILED)
    snooze(home, found, Span.CHANGE, NOW)
    out = moziplus("needs", home=home.path).out
    assert found.title not in out and "1 snoozed" in out
    assert found.title in moziplus("needs", "--all", home=home.path).out
    woken = moziplus("needs", "--wake", home=home.path).out
    assert found.title in woken and "snoozed" not in woken
    assert snoozes(home, NOW) == ()
    again = moziplus("needs", "--snooze", f"quant#{found.task_id}", "--until", "change", home=home.path)
    assert found.title not in again.out and "1 snoozed" in again.out
    assert "nothing of 'quant#999'" in moziplus("needs", "--snooze", "quant#999", home=home.path).err


def test_a_review_that_sleeps_is_still_a_need_of_the_blackboard(home: Home) -> None:
    with closing(open_project(home.project_folder("quant"))) as db:
        found = next(need for need in needs(db, "quant") if need.kind == NeedKind.REVIEW)
        snooze(home, found, Span.CHANGE, NOW)
        assert found in needs(db, "quant"), "what sleeps is out of sight, not settled"


async def test_cases_that_are_alike_are_one_row_until_enter_and_one_key_settles_them(
    home: Home, opened: Opener
) -> None:
    with closing(open_project(home.project_folder("quant"))) as db, write(db):
        tasks = [create_task(db, NewTask(title=f"load {n}"), by=BY, now=NOW).id for n in range(4)]
        for task in tasks:
            failing = (f"exit code {task}: no route", task)
            db.execute("UPDATE tasks SET status = 'failed', failure = ? WHERE id = ?", failing)
    async with opened(home) as (app, pilot):
        every = len(app.world.needs)
        assert len(pane(app).rows) == every - 3 and f"4 alike: #{tasks[0]} #{tasks[1]}" in text(app)
        row = next(row for row in pane(app).rows if row.alike)
        assert pane(app).go_to(pane(app).key_of(row))
        await pilot.press("a")
        await until(pilot, lambda: "stands for several" in text(app), "what is about one alone waits")
        await pilot.press("escape")
        await until(pilot, lambda: app.shown is not None, "the box is left")
        await pilot.press("enter")
        assert len(pane(app).rows) == every, "enter opens them in the list"
    async with opened(home) as (app, pilot):
        row = next(row for row in pane(app).rows if row.alike)
        assert pane(app).go_to(pane(app).key_of(row))
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "these 4" in text(app), "it asks once")
        await pilot.press("y")

        def settled() -> bool:
            with closing(open_project(home.project_folder("quant"))) as db:
                return all(get_task(db, task).status != TaskStatus.FAILED for task in tasks)

        await until(pilot, settled, "all four are tried again")
