"""Promises of `moziplus task`: what the operator asks for is done, what makes no sense is refused with what would."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from console.api.task import Task as Shown
from console.cli.here import Here
from console.cli.task_explain import explained
from console.engine.observe import PATIENCE
from console.engine.watched import Watched
from console.settings import ProjectSettings
from tests.agent import Desk
from tests.boards import Board
from tests.program import Done, moziplus

SHORT = set(Shown.__struct_fields__)
AROUND = {
    "depends_on",
    "dependents",
    "children",
    "outputs",
    "comments",
    "asks",
    "sessions",
    "review_threads",
    "guardrails",
    "worktree",
    "cap",
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def task(desk: Desk, *words: str) -> Done:
    return moziplus("task", *words, home=desk.home.path)


def test_a_task_is_created_as_it_was_asked_for_and_shown_with_what_lies_around_it(desk: Desk) -> None:
    first = desk.task("第一 [b]任务[/b]")
    made = task(
        desk, "create", "--project", "quant", "--title", "second", "--body", "all of it", "--assignee", "dev",
        "--needs", "python", "--priority", "0", "--deadline", "2026-12-01", "--not-before", "2h", "--after", f"quant#{first}",
        "--parent", str(first), "--tag", "a", "--tag", "b", "--review", "plan_review", "--review", "output_review", "--json",
    ).record  # fmt: skip
    assert set(made) == SHORT | {"notes"}
    assert (made["assignee"], made["needs"], made["priority"], made["tags"]) == ("dev", ["python"], 0, ["a", "b"])
    assert (made["deadline"], made["parent"]) == ("2026-12-01T23:59:59.999Z", first)
    assert (made["reviews"], made["blocked"]) == (["plan_review", "output_review"], True)
    shown = task(desk, "show", f"quant#{made['id']}", "--json").record
    assert set(shown) == SHORT | AROUND
    assert {key: shown[key] for key in SHORT} == {key: made[key] for key in SHORT}
    assert [t["id"] for t in shown["depends_on"]] == [first]
    assert "第一 [b]任务[/b] (pending)" in task(desk, "show", str(made["id"])).out
    assert task(desk, "create", "--title", "plain", "--json").record["reviews"] == ["output_review"]
    assert task(desk, "create", "--title", "bare", "--no-review", "--json").record["reviews"] == []


def test_lists_are_aligned_for_wide_characters_and_hostile_titles_are_inert(desk: Desk) -> None:
    desk.task("量化", assignee="dev")
    db = desk.open()
    db.execute("UPDATE tasks SET title = '\x1b[2J\u202eevil\n[red]x'")  # as a bare shell might
    db.close()
    desk.task("done", priority=4)
    listed = task(desk, "list").out
    assert "\x1b" not in listed and "\u202e" not in listed
    head, evil, plain = listed.splitlines()
    assert evil.endswith("evil [red]x")
    assert head.index("TITLE") == evil.index("evil") == plain.index("done")
    rows = task(desk, "list", "--json").records
    assert [(row["project"], row["id"]) for row in rows] == [("quant", 1), ("quant", 2)]
    assert set(rows[0]) == SHORT
    assert task(desk, "list", "--assignee", "dev", "--json").record["id"] == 1
    assert task(desk, "list", "--status", "done", "--json").records == []


def test_the_operators_acts_change_the_task_and_say_so(desk: Desk) -> None:
    number = str(desk.task())
    for words, status in (
        (("hold", number, "--reason", "wait"), "held"),
        (("release", number), "pending"),
        (("cancel", number), "cancelled"),
        (("retry", number), "pending"),
        (("assign", number, "--needs", "python"), "pending"),
    ):
        done = task(desk, *words, "--project", "quant", "--json")
        assert (done.code, done.record["status"]) == (0, status), words
    other = str(desk.task())
    edited = task(
        desk, "edit", number, "--title", "new", "--priority", "1", "--after", other, "--no-review", "--json"
    ).record
    assert (edited["title"], edited["priority"], edited["blocked"], edited["reviews"]) == ("new", 1, True, [])
    freed = task(desk, "edit", number, "--not-after", other, "--deadline", "none", "--json").record
    assert (freed["blocked"], freed["deadline"]) == (False, None)
    assert task(desk, "assign", number, "--anyone", "--json").record["needs"] == []


def test_an_edit_that_fails_half_way_changes_nothing(desk: Desk) -> None:
    number = str(desk.task("old"))
    assert task(desk, "edit", number, "--title", "new", "--after", "99").code == 3
    assert desk.rows("SELECT title FROM tasks") == [{"title": "old"}]


def test_explain_gives_the_reason_its_code_and_what_to_do(desk: Desk) -> None:
    first = desk.task()
    second = desk.task(after=(first,))
    found = task(desk, "explain", str(second), "--json").record
    fields = {"project", "task", "status", "why", "sentence", "advice", "policy", "position", "of", "ahead", "place"}
    assert set(found) == fields | {"before"} and found["before"] is None
    assert (found["policy"], found["position"], found["ahead"]) == ("priority", None, [])
    assert (found["task"], found["status"], f"#{first}" in found["sentence"]) == (second, "pending", True)
    text = task(desk, "explain", f"quant#{second}").out
    assert found["sentence"] in text and found["advice"] in text


def test_explain_foretells_what_its_like_took_where_three_are_done(desk: Desk) -> None:
    board = Board(desk.folder)
    for minutes in (10, 20, 90):
        session = board.claim(board.task(tags=("web",)).id)
        board.submit(session)
        spent = "UPDATE sessions SET started_at = 0, ended_at = ?, cost = 0.5 WHERE id = ?"
        board.db.execute(spent, (minutes * 60_000, session.id))
    board.close()
    number = desk.task(tags=("web",))
    found = task(desk, "explain", str(number), "--json").record["before"]
    assert found == {"by": "tags", "tasks": 3, "minutes": 20.0, "cost": 0.5}
    assert (
        "tasks like it took 20 minutes and $0.50: the median of 3 with its tags"
        in task(desk, "explain", str(number)).out
    )


def test_explain_waits_for_a_blackboard_that_answers_late(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = desk.task()
    look = Watched.look

    async def late(project: Watched, settings: ProjectSettings) -> bool:
        await asyncio.sleep(2 * PATIENCE)
        return await look(project, settings)

    monkeypatch.setattr(Watched, "look", late)
    here = Here(environ={**os.environ, "MOZIPLUS_HOME": str(desk.home.path)})
    assert explained(here, "quant", number).status == "pending"


def test_wrong_words_name_what_would_be_right(desk: Desk) -> None:
    desk.task()
    for words, code, says in (
        (("create", "--title", "x", "--assignee", "nobody"), 2, "dev, rev, lead"),
        (("create", "--title", "x", "--review", "nope"), 2, "output_review"),
        (("create", "--title", "x", "--project", "nope"), 3, "quant"),
        (("create", "--title", "x", "--after", "9"), 3, "#9"),
        (("create", "--title", "\x1b[2J"), 2, "title"),
        (("create", "--title", "x", "--deadline", "someday"), 2, "2d"),
        (("show", "other#1"), 3, "quant"),
        (("show", "quant#1", "--project", "other"), 2, "other"),
        (("edit", "1"), 2, "nothing to change: name at least one field"),
        (("assign", "1"), 2, "--anyone"),
        (("release", "1"), 4, "not held"),
        (("retry", "1"), 4, "pending"),
        (("edit", "1", "--after", "1"), 4, "circle"),
    ):
        done = task(desk, *words)
        assert (done.code, done.out, done.err.count("\n")) == (code, "", 1), (words, done)
        assert says in done.err, (words, done.err)


def test_a_project_that_cannot_be_read_is_named_and_hides_no_other(desk: Desk) -> None:
    desk.task("seen")
    moziplus("project", "create", "--id", "broken", home=desk.home.path)
    (desk.home.project_folder("broken") / "blackboard.db").write_bytes(b"no database" * 500)
    done = task(desk, "list", "--json")
    assert (done.code, done.record["title"]) == (5, "seen")
    assert "broken" in done.err
    assert task(desk, "list", "--project", "broken").code == 5
