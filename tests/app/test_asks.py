"""Promises of asks in the console: first under NEEDS YOU, answered by `a` where they stand, from the session's row too."""

from __future__ import annotations

from textual.widgets import Input

from console.app.app import Console
from console.blackboard.connection import Database, open_project
from console.blackboard.reads.asks import get_ask
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.writes.asks import NewAsk, add_ask
from console.blackboard.writes.lead import ask_lead, end_turn
from console.commands.asks import plain_options
from console.commands.text import Line
from console.home import Home
from console.records.actor import Actor, Origin
from console.records.ask import Ask, AskKind, AskStatus, Risk
from console.records.need import NeedKind
from tests.app.conftest import Opener
from tests.app.sample import NOW
from tests.app.world import stand_on, until
from widgets.line_list import LineList


def asked(db: Database, kind: AskKind = AskKind.QUESTION, *labels: str) -> Ask:
    """An ask of the first session at work."""
    session = present_sessions(db)[0]
    who = Actor(name=session.agent, origin=Origin.AGENT, session=session.id)
    about = {"command": "rm -r cache"} if kind == AskKind.APPROVAL else {}
    options = plain_options(tuple(map(Line, labels)), kind)
    new = NewAsk(task_id=session.task_id, kind=kind, body="Which one?", options=options, about=about, risk=Risk.HIGH)
    return add_ask(db, new, by=who, now=NOW - 90_000)


def shown(app: Console) -> str:
    """The whole screen as text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def test_an_ask_stands_before_all_that_is_not_urgent_and_an_option_answers_it(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    ask = asked(db, AskKind.QUESTION, "redis", "a file")
    async with opened(home) as (app, pilot):
        assert [row.need.kind for row in app.world.needs[:3]] == [NeedKind.ALERT, NeedKind.ASK, NeedKind.REVIEW]
        stand_on(app, ask.task_id)
        await pilot.press("a")
        assert "Which one?" in shown(app) and "in my own words" in shown(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: get_ask(db, ask.id).status == AskStatus.ANSWERED)
        assert get_ask(db, ask.id).choice == "a file"
        await until(pilot, lambda: all(row.need.kind != NeedKind.ASK for row in app.world.needs))


async def test_what_the_lead_passed_on_says_why_where_it_is_answered(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    ask = asked(db, AskKind.QUESTION, "redis", "a file")
    ask_lead(db, ask, "boss", now=NOW - 80_000)
    end_turn(db, ask.id, "passes it on: the budget is not mine", now=NOW - 70_000)
    async with opened(home) as (app, pilot):
        stand_on(app, ask.task_id)
        await pilot.press("a")
        assert "boss, who was asked before you, passes it on: the budget is not mine" in " ".join(shown(app).split())


async def test_a_refusal_may_say_why_and_the_question_names_what_it_is_about(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    ask = asked(db, AskKind.APPROVAL)
    async with opened(home) as (app, pilot):
        stand_on(app, ask.task_id)
        await pilot.press("a")
        text = shown(app)
        assert "command: rm -r cache" in text and "risk: high" in text and "in my own words" not in text
        await pilot.press("down", "down", "enter")
        app.screen.query_one(Input).value = "too much"
        await pilot.press("enter")
        await until(pilot, lambda: get_ask(db, ask.id).status == AskStatus.ANSWERED)
        assert get_ask(db, ask.id).said == "refuse: too much"


async def test_always_shows_its_rule_before_it_is_written(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    ask = asked(db, AskKind.APPROVAL)
    file = home.project_folder("quant") / "config" / "project.yaml"
    before = file.read_text()
    async with opened(home) as (app, pilot):
        stand_on(app, ask.task_id)
        await pilot.press("a")
        await pilot.press("down", "down", "down", "down", "enter")
        assert "always-rm-r-cache" in shown(app) and file.read_text() == before
        await pilot.press("y")
        await until(pilot, lambda: get_ask(db, ask.id).status == AskStatus.ANSWERED)
        assert get_ask(db, ask.id).choice == "allow"
        assert "rm -r cache" in file.read_text()


async def test_the_session_that_waits_says_so_and_is_answered_from_its_row(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    ask = asked(db)
    async with opened(home) as (app, pilot):
        row = next(row for row in app.world.sessions if row.session.id == ask.session)
        assert row.ask == ask
        assert "asks" in shown(app)
        sessions = app.screen.query_one("#sessions", LineList)
        sessions.focus()
        sessions.cursor = [each.session.id for each in sessions.rows].index(ask.session)
        await pilot.press("a")
        app.screen.query_one(Input).value = "this one"
        await pilot.press("enter")
        await until(pilot, lambda: get_ask(db, ask.id).said == "this one")
