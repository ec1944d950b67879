"""Promises of a task as a text: it comes back as it was, what was changed is asked for, and nothing else; what others changed
meanwhile stays, or is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.blackboard.connection import Database
from console.blackboard.reads.tasks import dependencies, get_task
from console.blackboard.reads.usage import cap_of
from console.commands.context import Context
from console.commands.new_task import DRAFT, CreateTask, create
from console.commands.task_form import (
    EditByForm,
    blank,
    create_by_form,
    edit_by_form,
    form,
    joined,
    parted,
    read,
    rebased,
    values_of,
)
from console.commands.tasks import EditTask, edit
from console.commands.text import Line, Prose
from console.errors import Conflict, UsageError
from console.records.actor import OPERATOR, Actor, Origin
from console.records.budget import Limit
from console.records.task import OnFailure, Task, TaskStatus
from tests.agent import Desk

BY = Actor(name=OPERATOR, origin=Origin.CONSOLE)
NOW = 1_795_000_000_000
HOSTILE = '# no "comment": [x] {y} & *z | > %! @a `b` — null'


@pytest.fixture
def context(tmp_path: Path) -> Context:
    desk = Desk(tmp_path)
    from console.commands.context import team_of

    return Context(desk.open(), BY, NOW, team_of(desk.home, "quant"))


def made(context: Context, title: str = "a task", **fields: object) -> Task:
    return create(context, CreateTask(title=Line(title), **fields))  # type: ignore[arg-type]


def given(db: Database, task: int) -> str:
    return form(values_of(db, task))


@pytest.mark.parametrize(
    "title",
    [
        "Look at #12",
        "Fix: the fees",
        "- and [x] {y}",
        "@dev do",
        "null",
        "a # b",
        "'it' is",
        '"a" and "b"',
        "改 #3：甲",
    ],
)
def test_a_title_is_taken_as_a_person_writes_it(title: str) -> None:
    assert read(f"---\ntitle: {title}\nundo: {title}\n---\n") == {**blank(title), "undo": title}


def test_a_title_may_stand_as_yaml_has_it() -> None:
    for said in ('"it: #1"', "'it: #1'  # as it was", "|\n  it: #1", ">\n  it:\n  #1"):
        assert read(f"---\ntitle: {said}\n---\n")["title"] == "it: #1"


def test_tasks_are_named_with_their_mark() -> None:
    found = read("---\ntitle: a\ndepends: #12, 3  # tasks that must be done first\nparent: #4\n---\n")
    assert (found["depends"], found["parent"]) == ((12, 3), 4)


@pytest.mark.parametrize(
    "text", ["plain", HOSTILE, "真 任务：甲", "007", "yes", "1e5", "-", "a\\nb", "'q'", "@dev do", "null"]
)
def test_whatever_a_task_says_comes_back_from_its_form_as_it_was(context: Context, text: str) -> None:
    needed = made(context)
    task = made(
        context,
        text,
        body=Prose(f"{text}\n\n---\nmore: [\n---\n"),
        tags=("因子", "a-b"),
        after=(needed.id,),
        parent=needed.id,
        priority=0,
        expect=("outputs/a.md",),
        undo=Prose(f"line\n{text}"),
        on_failure=OnFailure.UNDO,
        deadline="2026-12-01T18:00",
        cap=Limit(tokens=1_234_567, cost=0.3),
    )
    values = values_of(context.db, task.id)
    assert {**read(form(values))} == {**values, "body": task.body.strip()}


def test_only_what_was_changed_is_changed_and_all_of_it_at_once(context: Context) -> None:
    first, second = made(context, "first"), made(context, "second")
    task = made(context, after=(first.id,), body=Prose("words"))
    before = given(context.db, task.id)
    after = (
        before.replace("title: a task", "title: another")
        .replace(f"depends: [{first.id}]", f"depends: {second.id}")
        .replace("priority: 2", "priority: P1")
        .replace("agent:", "agent: dev")
        .replace("cap: []", "cap: {tokens: 5000}")
        .replace("words", "other words")
    )
    done = edit_by_form(context, EditByForm(task=task.id, before=before, after=after))
    assert (done.title, done.priority, done.assignee, done.body) == ("another", 1, "dev", "other words")
    assert [needed.id for needed in dependencies(context.db, task.id)] == [second.id]
    assert cap_of(context.db, task.id) == Limit(tokens=5000)
    refused = given(context.db, task.id)
    for wrong in ("agent: nobody-has-this-name", f"depends: {task.id}"):
        with pytest.raises((UsageError, Conflict)):
            edit_by_form(
                context,
                EditByForm(
                    task=task.id,
                    before=refused,
                    after=refused.replace("title: another", "title: never")
                    .replace("agent: dev", wrong if "agent" in wrong else "agent: dev")
                    .replace(f"depends: [{second.id}]", wrong if "depends" in wrong else f"depends: [{second.id}]"),
                ),
            )
        assert get_task(context.db, task.id).title == "another", "all, or nothing"


def test_what_others_changed_stays_and_what_both_changed_is_named(context: Context) -> None:
    task = made(context)
    before = given(context.db, task.id)
    edit(context, EditTask(task=task.id, priority=0, tags=("hot",)))
    mine = before.replace("title: a task", "title: mine")
    done = edit_by_form(context, EditByForm(task=task.id, before=before, after=mine))
    assert (done.title, done.priority, done.tags) == ("mine", 0, ("hot",))
    other = before.replace("priority: 2", "priority: 4")
    with pytest.raises(Conflict, match="priority was changed meanwhile: 2 became 0"):
        edit_by_form(context, EditByForm(task=task.id, before=before, after=other))
    merged, told = rebased(read(before), read(other), read(given(context.db, task.id)))
    assert (merged["priority"], merged["title"], merged["tags"], len(told)) == (4, "mine", ("hot",), 1)


@pytest.mark.parametrize(
    ("front", "says"),
    [
        ("title: x\nprioritty: 2", "line 3: there is no field 'prioritty'"),
        ("title: x\npriority: soon", "line 3: priority: this is nothing that it can be: 'soon'"),
        ("title: x\ntags: [a", "line "),
        ("title: x\ncap: [gold=3]", "line 3: cap: this is nothing"),
        ("priority: 1", "title: it has none"),
        ("title: x\ntitle: y", "expected once"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(front: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(f"---\n{front}\n---\nbody")
    assert says in str(refused.value)


def test_a_form_without_its_lines_of_dashes_is_no_form() -> None:
    with pytest.raises(UsageError, match="three dashes"):
        read("title: x")


def test_notes_above_a_form_are_no_part_of_it() -> None:
    assert read(form(blank("x"), ("a note", "---- another"))) == read(form(blank("x")))


def test_a_role_may_be_written_as_people_write_it() -> None:
    assert read("---\ntitle: x\nagent: @developer  # who\n---\n")["agent"] == "@developer"


def test_a_form_makes_a_task_and_a_draft_is_held_until_it_is_released(context: Context) -> None:
    text = form(blank("write it", "all of it")).replace("reviews: [output_review]", "reviews: []")
    task = create_by_form(context, text)
    assert (task.title, task.body, task.status, task.reviews) == ("write it", "all of it", TaskStatus.PENDING, ())
    draft = create_by_form(context, text, draft=True)
    assert (draft.status, draft.hold_reason, draft.hold_rule) == (TaskStatus.HELD, DRAFT, None)
    keyed = CreateTask(title=Line("once"), key="k", draft=True)
    once = create(context, keyed)
    later = Context(context.db, BY, NOW + 1, context.team)
    from console.commands.tasks import AboutTask, release

    release(later, AboutTask(task=once.id))
    assert create(later, keyed).status == TaskStatus.PENDING, "what was let go is not held by asking again"


def test_a_form_and_what_it_was_given_out_as_travel_as_one_text() -> None:
    assert parted(joined("a\n", "b")) == ("a\n", "b")
