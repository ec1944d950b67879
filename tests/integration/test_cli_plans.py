"""Promises of `moziplus task plan` and `task graph`, and of a submit that hands in a plan: in processes of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from console.cli.graph_views import ASCII_MARKS, MARKS, graph_record, graph_text
from console.text import cells
from tests.agent import Desk
from tests.boards import Board
from tests.program import Done, moziplus
from widgets.marks import ASCII, UNICODE

AGENTS = """
agents:
  dev: {role: developer, backend: gateway, capabilities: [python]}
  rev: {role: reviewer, backend: gateway}
  lead: {role: lead, backend: gateway}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    (made.home.config / "default.yaml").write_text(AGENTS)
    return made


def asked(desk: Desk, *more: str) -> Done:
    """`moziplus task plan` in the project quant."""
    return moziplus(
        "task", "plan", "make money\nby tomorrow", "--project", "quant", "--json", *more, home=desk.home.path
    )


def test_a_plan_is_asked_of_the_lead_and_says_all_that_is_needed(desk: Desk) -> None:
    made = asked(desk, "--body", "and lose none").record
    assert (made["title"], made["kind"], made["role"]) == ("Plan: make money", "plan", "lead")
    assert (made["expect"], made["reviews"]) == (["outputs/plan.yaml"], ["output_review"])
    for said in ("make money\nby tomorrow", "and lose none", "`dev`, role developer; can python", "on_failure: undo"):
        assert said in made["body"]
    example = made["body"].split("```yaml\n")[1].split("```")[0]
    assert set(yaml.safe_load(example)) == {"goal", "tasks"}
    assert asked(desk, "--assignee", "dev", "--no-review").record["assignee"] == "dev"
    assert asked(desk, "--needs", "python").record["role"] is None
    first = asked(desk, "--key", "k").record["id"]
    assert asked(desk, "--key", "k").record["id"] == first
    assert asked(desk, "--assignee", "ghost").code == 2
    assert moziplus("task", "plan", " ", home=desk.home.path).code == 2


def test_a_plan_that_cannot_work_is_refused_on_submit_with_every_reason_and_its_line(desk: Desk) -> None:
    task = asked(desk, "--no-review").record["id"]
    desk.claim("--task", str(task), agent="lead")
    assert "tasks:\n>   - key: fetch" in desk("read").out
    place = desk.folder / "artifacts" / str(task) / "outputs" / "plan.yaml"
    place.parent.mkdir(parents=True)
    place.write_text(
        "goal: g\ntasks:\n- key: a\n  title: A\n  after: [b]\n- key: b\n  title: B\n  after: [a]\n  needs: [gpu]\n"
    )
    assert desk("output", str(place)).code == 0
    refused = desk("submit", "--summary", "planned")
    assert refused.code == 1
    circle, needs = refused.err.splitlines()
    assert circle.startswith("blackboard: outputs/plan.yaml:5: tasks.0.after:") and "a → b → a" in circle
    assert needs.startswith("blackboard: outputs/plan.yaml:9: tasks.1.needs:") and "(python), found `gpu`" in needs
    place.write_text("goal: &g [*g]\n")
    desk("output", str(place))
    assert "an anchor" in desk("submit", "--summary", "planned").err
    assert desk.rows("SELECT status FROM tasks") == [{"status": "working"}]
    place.write_text("goal: g\ntasks: [{key: a, title: A}]\n")
    desk("output", str(place))
    assert desk("submit", "--summary", "planned", "--json").record["status"] == "done"


def test_the_graph_shows_who_waits_for_whom(desk: Desk) -> None:
    fetch = desk.task("取数据", assignee="dev")
    left, right = desk.task("left", after=(fetch,)), desk.task("right", after=(fetch,))
    desk.task("join", after=(left, right))
    desk.task("alone", kind="undo", from_task=fetch)
    home = desk.home.path
    text = moziplus("task", "graph", "--project", "quant", home=home, PYTHONIOENCODING="utf-8").out
    assert text.splitlines() == [
        "○ #1 取数据  dev",
        "  ◌ #2 left  anyone",
        "  ◌ #3 right  anyone",
        "    ◌ #4 join  anyone, also after #2",
        "○ #5 [undo] alone  anyone",
        "",
        "○ pending  ◌ blocked",
    ]
    record = moziplus("task", "graph", "quant#3", "--json", home=home).record
    assert [(t["id"], t["after"], t["level"]) for t in record["tasks"]] == [
        *((1, [], 0), (2, [1], 1), (3, [1], 1), (4, [2, 3], 2)),
    ]
    assert set(record["tasks"][0]) == {
        *(
            "id",
            "title",
            "status",
            "blocked",
            "kind",
            "priority",
            "assignee",
            "role",
            "needs",
            "parent",
            "after",
            "level",
        ),
    }
    assert moziplus("task", "graph", "9", home=home).code == 3
    plain = moziplus("task", "graph", home=home, PYTHONIOENCODING="ascii:replace").out
    assert plain.splitlines()[0].startswith("o #1 ")


def test_the_graph_fits_a_terminal_of_eighty_columns_whatever_the_titles(tmp_path: Path) -> None:
    from console.blackboard.reads.graph import graph_of_project

    board = Board(tmp_path / "quant")
    last: tuple[int, ...] = ()
    for n in range(30):
        title = ("量化交易回测" * 10 if n % 2 else "a very long title " * 6) + "\u202e\x1b[2J"
        last = (board.task(title, after=last + ((1,) if n > 2 else ()), assignee="zhangfei-the-developer").id,)
    record = graph_record("quant", graph_of_project(board.db))
    for width in (80, 60, 40):
        lines = graph_text(record, width).splitlines()
        assert max(map(cells, lines)) <= width
        assert all("#" in line for line in lines[:30])
    assert "\x1b" not in graph_text(record, None)
    few = graph_record("quant", graph_of_project(board.db, limit=3))
    assert (len(few.tasks), few.left_out) == (3, 27) and "27 older tasks are left out" in graph_text(few, 80)
    board.close()


def test_the_marks_are_those_of_the_console() -> None:
    assert {state: getattr(UNICODE, state) for state in MARKS} == MARKS
    assert {state: getattr(ASCII, state) for state in ASCII_MARKS} == ASCII_MARKS


def test_lists_show_a_kind_that_is_not_plain_work(desk: Desk) -> None:
    asked(desk)
    assert "[plan] Plan: make money" in moziplus("task", "list", home=desk.home.path).out
