"""Promises of what is written for others: not what nobody can take, no text is lost, and no act waits for an answer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from console.actions.action import Act, Action, Done, Target
from console.actions.registry import by_id
from console.app.app import Console
from console.app.errands import Errands
from console.app.messages import ActEnded
from console.blackboard.connection import Database, open_home, open_project, write
from console.blackboard.reads import home as home_reads
from console.blackboard.reads.tasks import list_tasks
from console.blackboard.writes.home import answer
from console.engine.in_charge import HEADLESS, take
from console.home import Home
from console.i18n import use_language
from console.records.task import TaskStatus
from console.sentences import in_chinese
from tests.app.conftest import Opener
from tests.app.sample import NOW
from tests.app.world import FixedClock, until
from widgets.line_list import LineList


@contextmanager
def somebody_in_charge(home: Home) -> Iterator[None]:
    """Who answers nothing by itself."""
    held = take(home, mode=HEADLESS, clock=FixedClock())
    assert held is not None
    try:
        yield
    finally:
        held.release()


def takes_words(home: Home) -> None:
    """The agents at work in the first project are of a backend that takes messages."""
    with closing(open_project(home.project_folder("quant"))) as db, write(db):
        db.execute("UPDATE sessions SET backend = 'gateway' WHERE gone_at IS NULL")


async def on_a_session(app: Console, pilot: Pilot[int]) -> str:
    """The cursor is on a session at work; its id."""
    pane = app.screen.query_one("#sessions", LineList)
    app.screen.focus_pane(pane)  # type: ignore[attr-defined]
    await until(pilot, lambda: pane.rows)
    row = pane.row
    assert row is not None
    return str(row.session.id)


def said(app: Console) -> str:
    """All that the console has told, and shows now."""
    drawn = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
    return "\n".join([*(notice.message for notice in app._notifications), " ".join(drawn.split())])


async def test_i_says_something_to_an_agent_at_work_and_waits_for_the_answer(home: Home, opened: Opener) -> None:
    db = open_home(home.state_db)
    takes_words(home)
    with somebody_in_charge(home):
        async with opened(home) as (app, pilot):
            session = await on_a_session(app, pilot)
            await pilot.press("i")
            app.screen.query_one(Input).value = "先看第 3 节"
            await pilot.press("enter")
            await until(pilot, lambda: home_reads.open_requests(db))
            (asked,) = home_reads.open_requests(db)
            assert (asked.kind, asked.args["session"], asked.args["text"]) == ("send", session, "先看第 3 节")
            answer(db, asked.id, "done", now=NOW)
            await until(pilot, lambda: any("Said to" in one.message for one in app._notifications))


async def test_nothing_is_written_to_an_agent_that_takes_no_words(home: Home, opened: Opener) -> None:
    with somebody_in_charge(home):
        async with opened(home) as (app, pilot):
            await on_a_session(app, pilot)
            await pilot.press("i")
            assert not app.screen.query(Input)
            await until(pilot, lambda: "takes no words while it works" in said(app), said(app))


async def test_nothing_is_written_to_an_agent_while_nobody_could_pass_it_on(home: Home, opened: Opener) -> None:
    takes_words(home)
    async with opened(home) as (app, pilot):
        await on_a_session(app, pilot)
        await pilot.press("i")
        assert not app.screen.query(Input)
        await until(pilot, lambda: "Nobody is in charge who could pass it on" in said(app), said(app))


async def test_what_was_written_for_an_act_that_is_refused_is_there_again(home: Home, opened: Opener) -> None:
    db = open_home(home.state_db)
    takes_words(home)
    with somebody_in_charge(home):
        async with opened(home) as (app, pilot):
            await on_a_session(app, pilot)
            await pilot.press("i")
            app.screen.query_one(Input).value = "look at section 3"
            await pilot.press("enter")
            await until(pilot, lambda: home_reads.open_requests(db))
            (asked,) = home_reads.open_requests(db)
            answer(db, asked.id, "not possible: it waits for an answer", now=NOW)
            await until(pilot, lambda: "What you wrote is kept: i brings it back." in said(app), said(app))
            await pilot.press("i")
            assert app.screen.query_one(Input).value == "look at section 3"
            await pilot.press("escape", "i")
            assert app.screen.query_one(Input).value == "look at section 3", "until it is said"
            await pilot.press("enter")
            await until(pilot, lambda: home_reads.open_requests(db))
            answer(db, home_reads.open_requests(db)[0].id, "done", now=NOW)
            await until(pilot, lambda: any("Said to" in one.message for one in app._notifications))
            await pilot.press("i")
            assert app.screen.query_one(Input).value == ""


def test_an_act_that_waits_for_somebody_holds_up_no_other(home: Home) -> None:
    answered, ended = threading.Event(), queue.SimpleQueue[Message]()

    def wait(db: Database, act: Act) -> Done:
        assert answered.wait(60)
        return Done(says="answered")

    waiting = Action(id="waiting", title="", group="", on_home=True, waits=True, perform=wait)
    other = Action(id="other", title="", group="", on_home=True, perform=lambda db, act: Done(says="done"))
    errands = Errands(home, ended.put)
    errands.start()
    errands.perform(waiting, Act(target=Target(), now=NOW))
    errands.perform(waiting, Act(target=Target(), now=NOW))
    errands.perform(other, Act(target=Target(), now=NOW))
    first = ended.get(timeout=60)
    answered.set()
    after = [ended.get(timeout=60), ended.get(timeout=60)]
    errands.close()
    errands.join(60)
    assert [each.action.id for each in (first, *after) if isinstance(each, ActEnded)] == ["other", "waiting", "waiting"]


def test_what_whoever_is_in_charge_has_to_answer_waits() -> None:
    assert [action.id for action in by_id().values() if action.waits] == ["send"]


async def test_what_is_refused_is_said_in_the_language_of_the_console(home: Home, opened: Opener) -> None:
    use_language("zh")
    with closing(open_project(home.project_folder("quant"))) as db:
        task = next(task for task in list_tasks(db) if task.status == TaskStatus.REVIEW)
        async with opened(home) as (app, pilot):
            app.perform(by_id()["retry"], Target(project="quant", task=task))
            await until(pilot, lambda: bool(app._notifications))
            (refused,) = (one.message for one in app._notifications)
    assert refused == in_chinese(f"task #{task.id} is review; retry does not apply to it") and "不适用" in refused
