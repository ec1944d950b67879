"""Promises of taking back: every act says whether it can be, is back as it was before, and can be done again."""

from __future__ import annotations

import dataclasses

import pytest

from console.actions.action import Act, Action, Target, undo_of
from console.actions.registry import by_id, shipped
from console.app.acts import show_acts
from console.blackboard.connection import Database, open_home, open_project
from console.blackboard.reads.home import flags
from console.blackboard.reads.tasks import get_task, list_tasks, state
from console.blackboard.reads.usage import cap_of
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.home import set_flag
from console.blackboard.writes.project import pause_project
from console.blackboard.writes.tasks import edit_task, hold_task, release_task
from console.commands.caps import set_cap
from console.commands.context import Context, team_of
from console.commands.task_form import form, joined, values_of
from console.commands.tasks import AboutTask, AssignTask, assign, hold, release
from console.commands.text import Line, Reason
from console.errors import Conflict
from console.home import Home
from console.records.actor import SCHEDULER
from console.records.budget import Limit
from console.records.task import Task, TaskStatus
from tests.app.conftest import Opener
from tests.app.sample import BY, NOW
from tests.app.world import stand_on, until
from widgets.line_list import LineList

NO_CHANGE = {"undo", "tick"}
MOVES = {"updated_at", "updated_by", "fence", "attempts", "session", "lease_until", "preferred", "retry_at", "failure"}
"""What an act leaves behind even where it was taken back."""


def of(db: Database, **wanted: object) -> Task:
    """The first task that is so."""
    return next(t for t in list_tasks(db) if all(getattr(t, name) == value for name, value in wanted.items()))


def act_on(home: Home, task: Task, text: str = "") -> Act:
    """One performance on a task of quant."""
    return Act(target=Target(project="quant", task=task), text=text, now=NOW, team=team_of(home, "quant"))


def kept(task: Task) -> dict[str, object]:
    """What is to be as before."""
    found = {field.name: getattr(task, field.name) for field in dataclasses.fields(task)}
    return {name: value for name, value in found.items() if name not in MOVES}


@pytest.mark.parametrize("action", [a for a in shipped() if a.perform and a.id not in NO_CHANGE], ids=lambda a: a.id)
def test_every_act_says_how_it_is_taken_back_or_why_nothing_does(action: Action) -> None:
    assert (action.back is None) == bool(action.final)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("hold", "wait for the data", {"status": TaskStatus.PENDING, "blocked_by": 0}),
        ("hold", "", {"status": TaskStatus.REVIEW}),
        ("release", "", {"status": TaskStatus.HELD}),
        ("assign", "guanyu-dev", {"status": TaskStatus.PENDING, "assignee": None}),
        ("assign", "", {"status": TaskStatus.PENDING, "assignee": "guanyu-dev"}),
        ("cancel", "", {"status": TaskStatus.PENDING, "blocked_by": 0}),
        ("cancel", "", {"status": TaskStatus.HELD}),
        ("cancel", "", {"status": TaskStatus.REVIEW}),
        ("retry", "", {"status": TaskStatus.CANCELLED}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(str(v) for v in value.values()),
)
def test_a_task_is_as_it_was(home: Home, name: str, text: str, wanted: dict[str, object]) -> None:
    db, action = open_project(home.project_folder("quant")), by_id()[name]
    if wanted.get("assignee"):
        by_id()["assign"].perform(db, act_on(home, of(db, status=TaskStatus.PENDING, assignee=None), "guanyu-dev"))  # type: ignore[misc]
    if wanted["status"] == TaskStatus.CANCELLED:
        by_id()["cancel"].perform(db, act_on(home, of(db, status=TaskStatus.PENDING)))  # type: ignore[misc]
    if wanted["status"] == TaskStatus.HELD:
        by_id()["hold"].perform(db, act_on(home, of(db, status=TaskStatus.PENDING), "not before Monday"))  # type: ignore[misc]
    before = of(db, **wanted)
    act = act_on(home, before, text)
    assert action.perform is not None and action.back is not None
    done = action.perform(db, act)
    assert kept(get_task(db, before.id)) != kept(before)
    action.back(db, act, done)
    assert kept(get_task(db, before.id)) == kept(before)


def test_a_cap_is_what_it_was(home: Home) -> None:
    db, action = open_project(home.project_folder("quant")), by_id()["raise_cap"]
    task = of(db, status=TaskStatus.PENDING)
    set_cap(Context(db, BY, NOW, team_of(home, "quant")), task.id, Limit(tokens=700))
    act = act_on(home, get_task(db, task.id))
    assert action.perform is not None and action.back is not None
    done = action.perform(db, act)
    assert cap_of(db, task.id) == Limit(tokens=1400)
    action.back(db, act, done)
    assert cap_of(db, task.id) == Limit(tokens=700)


def test_what_somebody_took_up_meanwhile_is_left_to_them(home: Home) -> None:
    db, release = open_project(home.project_folder("quant")), by_id()["release"]
    task = of(db, status=TaskStatus.PENDING, blocked_by=0)
    by_id()["hold"].perform(db, act_on(home, task))  # type: ignore[misc]
    act = act_on(home, get_task(db, task.id))
    assert release.perform is not None and release.back is not None
    done = release.perform(db, act)
    claim_task(db, task.id, Start(session="s" * 36, agent="guanyu-dev", backend="command"), by=SCHEDULER, now=NOW)
    with pytest.raises(Conflict, match="has gone on since"):
        release.back(db, act, done)
    assert get_task(db, task.id).status == TaskStatus.WORKING


@pytest.mark.parametrize("name", ["assign", "hold", "raise_cap"])
def test_what_somebody_said_otherwise_meanwhile_stays_as_they_said(home: Home, name: str) -> None:
    db, action = open_project(home.project_folder("quant")), by_id()[name]
    context = Context(db, BY, NOW, team_of(home, "quant"))
    task = of(db, status=TaskStatus.PENDING, blocked_by=0)
    set_cap(context, task.id, Limit(tokens=700))
    act = act_on(home, get_task(db, task.id), {"assign": "guanyu-dev", "hold": "mine"}.get(name, ""))
    assert action.perform is not None and action.back is not None
    done = action.perform(db, act)
    if name == "assign":
        assign(context, AssignTask(task=task.id, assignee=Line("zhangfei-dev")))
    elif name == "hold":
        release(context, AboutTask(task=task.id))
        hold(context, AboutTask(task=task.id, reason=Reason("theirs")))
    else:
        set_cap(context, task.id, Limit(tokens=900))
    before, cap = get_task(db, task.id), cap_of(db, task.id)
    with pytest.raises(Conflict, match="changed otherwise"):
        action.back(db, act, done)
    assert (get_task(db, task.id), cap_of(db, task.id)) == (before, cap)


def test_a_new_task_is_named_by_the_number_that_it_got(home: Home) -> None:
    db, new = open_project(home.project_folder("quant")), by_id()["new_task"]
    act = Act(target=Target(project="quant"), text="Look again", now=NOW, team=team_of(home, "quant"))
    assert new.perform is not None and new.back is not None
    done = new.perform(db, act)
    undo = undo_of(new, act, done, "quant")
    assert undo is not None and undo.title == f"new task #{done.task}"
    new.back(db, act, done)
    assert done.task is not None and get_task(db, done.task).status == TaskStatus.CANCELLED


def test_what_an_edit_changed_is_as_it_was_and_what_somebody_changed_since_stays(home: Home) -> None:
    db, edit = open_project(home.project_folder("quant")), by_id()["edit_task"]
    task = of(db, status=TaskStatus.PENDING)
    before = form(values_of(db, task.id))
    after = before.replace(task.title, "Another title").replace(f"priority: {task.priority}", "priority: 0")
    act = act_on(home, task, joined(before, after))
    assert edit.perform is not None and edit.back is not None
    done = edit.perform(db, act)
    assert (get_task(db, task.id).title, get_task(db, task.id).priority) == ("Another title", 0)
    edit_task(db, task.id, {"tags": ("late",)}, by=BY, now=NOW)
    edit.back(db, act, done)
    found = get_task(db, task.id)
    assert (found.title, found.priority, found.tags) == (task.title, task.priority, ("late",))


async def test_z_and_Z_go_back_and_forth_over_whatever_was_done(home: Home, opened: Opener) -> None:
    db, at_home = open_project(home.project_folder("quant")), open_home(home.state_db)
    async with opened(home) as (app, pilot):
        task = stand_on(app, 6).need.task_id
        assert task is not None
        await pilot.press("b", *"later", "enter")
        await until(pilot, lambda: get_task(db, task).status == TaskStatus.HELD)
        await pilot.press("H")
        await until(pilot, lambda: "pause" in flags(at_home))
        await pilot.press("z")
        await until(pilot, lambda: "pause" not in flags(at_home))
        await pilot.press("z")
        await until(pilot, lambda: get_task(db, task).status == TaskStatus.REVIEW)
        await until(pilot, lambda: len(app.undos.done) == 2 and app.undos.newest is None)
        await pilot.press("Z")
        await until(pilot, lambda: get_task(db, task).hold_reason == "later")
        await pilot.press("Z")
        await until(pilot, lambda: "pause" in flags(at_home))
        await pilot.press("Z")
        await until(pilot, lambda: any("Nothing was taken back" in one.message for one in app._notifications))


async def test_a_pause_that_was_ended_stands_again_with_its_reason(home: Home, opened: Opener) -> None:
    db, at_home = open_project(home.project_folder("quant")), open_home(home.state_db)
    set_flag(at_home, "pause", reason="the disk is full", by=BY, now=NOW)
    pause_project(db, reason="the data is wrong", by=BY, now=NOW)
    async with opened(home) as (app, pilot):
        app.perform(by_id()["pause"], Target(home_paused=True), "")
        await until(pilot, lambda: "pause" not in flags(at_home))
        app.perform(by_id()["pause_project"], Target(project="quant", project_paused=True), "")
        await until(pilot, lambda: state(db).paused_at is None and len(app.undos.done) == 2)
        await pilot.press("z")
        await until(pilot, lambda: state(db).pause_reason == "the data is wrong")
        await pilot.press("z")
        await until(pilot, lambda: flags(at_home).get("pause", {}).get("reason") == "the disk is full")


async def test_what_cannot_be_taken_back_says_why_once_and_the_next_z_passes_it(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        task = stand_on(app, 6).need.task_id
        assert task is not None
        await pilot.press("b", "enter")
        await until(pilot, lambda: get_task(db, task).status == TaskStatus.HELD)
        app.perform(by_id()["comment"], Target(project="quant", task=get_task(db, task)), "look at the tail")
        await until(pilot, lambda: app.undos.newest is not None and app.undos.newest.title == f"comment #{task}")
        await pilot.press("z")
        await until(pilot, lambda: any("Agents may have read it" in one.message for one in app._notifications))
        assert get_task(db, task).status == TaskStatus.HELD
        await pilot.press("z")
        await until(pilot, lambda: get_task(db, task).status == TaskStatus.REVIEW)


async def test_the_list_of_what_I_did_takes_back_any_of_it(home: Home, opened: Opener) -> None:
    db, at_home = open_project(home.project_folder("quant")), open_home(home.state_db)
    async with opened(home) as (app, pilot):
        task = stand_on(app, 6).need.task_id
        assert task is not None
        await pilot.press("b", "enter")
        await until(pilot, lambda: get_task(db, task).status == TaskStatus.HELD)
        await pilot.press("H")
        await until(pilot, lambda: len(app.undos.done) == 2)
        show_acts(app)
        await until(pilot, lambda: bool(app.screen.query(LineList)) and len(app.screen.query_one(LineList).rows) == 2)
        rows = app.screen.query_one(LineList).rows
        assert rows[0].title.endswith("pause or resume"), "it is about the home, whatever stood under the cursor"
        assert rows[1].keys == f"moziplus task hold 'quant#{task}'"
        await pilot.press("down", "enter")
        await until(pilot, lambda: get_task(db, task).status == TaskStatus.REVIEW)
        assert "pause" in flags(at_home)


async def test_what_was_refused_to_be_taken_back_is_not_told_as_taken_back(home: Home, opened: Opener) -> None:
    db = open_project(home.project_folder("quant"))
    async with opened(home) as (app, pilot):
        task = stand_on(app, 6).need.task_id
        assert task is not None
        await pilot.press("b", "enter")
        await until(pilot, lambda: get_task(db, task).status == TaskStatus.HELD)
        release_task(db, task, by=BY, now=NOW)
        await pilot.press("z")
        await until(pilot, lambda: any("has gone on since" in one.message for one in app._notifications))
        hold_task(db, task, reason="", by=BY, now=NOW)
        show_acts(app)
        await until(pilot, lambda: bool(app.screen.query(LineList)) and len(app.screen.query_one(LineList).rows) == 1)
        assert app.screen.query_one(LineList).rows[0].why_not == ""
        await pilot.press("enter")
        await until(pilot, lambda: get_task(db, task).status == TaskStatus.REVIEW)
