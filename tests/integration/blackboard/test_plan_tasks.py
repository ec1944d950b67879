"""Promises of plans on a real blackboard: all tasks or none, once, whoever is killed where; the graph that was planned."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.blackboard.reads.ends import plans_to_apply, used_so_far
from console.blackboard.reads.graph import graph_around, graph_of_project
from console.blackboard.reads.needs import needs
from console.blackboard.reads.notes import comments
from console.blackboard.reads.tasks import children, get_task
from console.blackboard.writes.outputs import record_output
from console.blackboard.writes.plan_tasks import apply_plan, refuse_plan
from console.blackboard.writes.verdicts import operator_verdict, reopen_task, undo_verdict
from console.crash import VARIABLE
from console.errors import Conflict
from console.plans.plan import PLAN, Plan, Planned
from console.records.budget import Usage
from console.records.review import Verdict
from console.records.task import OnFailure, Task, TaskKind
from tests.boards import BOSS, Board, recount
from tests.repository import ROOT

SHA = "a" * 64
THREE = Plan(
    goal="g",
    tasks=(
        Planned(key="c", title="C", after=("a", "b"), expect=("outputs/c.md",), on_failure=OnFailure.UNDO, undo="back"),
        Planned(key="b", title="B", after=("a",), priority=0, needs=("python",), tags=("x",), reviews=()),
        Planned(key="a", title="A", body="do it", role="developer", deadline=5),
    ),
)


def approved(board: Board, reviews: tuple[str, ...] = ()) -> Task:
    """A planning task whose plan is recorded and approved."""
    task = board.task("Plan", kind=TaskKind.PLAN, reviews=reviews, expect=(PLAN,))
    session = board.claim(task.id)
    record_output(board.db, task.id, path=PLAN, sha256=SHA, size=9, by=BOSS, now=board.now())
    board.submit(session)
    if reviews:
        (review,) = board.db.execute("SELECT id FROM reviews WHERE task_id = ?", (task.id,)).fetchone()
        operator_verdict(board.db, review, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
    return get_task(board.db, task.id)


def apply(board: Board, task: Task, plan: Plan = THREE) -> tuple[int, ...]:
    """As the scheduler does it."""
    return apply_plan(board.db, task.id, plan, sha256=SHA, now=board.now())


def test_an_approved_plan_is_seen_until_it_became_tasks(board: Board) -> None:
    task = approved(board)
    assert [found.id for found in plans_to_apply(board.db)] == [task.id]
    apply(board, task)
    assert plans_to_apply(board.db) == ()


def test_every_task_is_what_the_plan_says_and_waits_for_whom_it_says(board: Board) -> None:
    plan = approved(board)
    a, b, c = (get_task(board.db, number) for number in apply(board, plan))
    assert [(t.title, t.parent, t.from_task, t.created_by) for t in (a, b, c)] == [
        (name, plan.id, plan.id, "scheduler") for name in "ABC"
    ]
    assert (a.body, a.role, a.deadline, a.reviews) == ("do it", "developer", 5, ("output_review",))
    assert (b.priority, b.needs, b.tags, b.reviews, b.blocked_by) == (0, ("python",), ("x",), (), 1)
    assert (c.expect, c.on_failure, c.undo, c.blocked_by) == (("outputs/c.md",), OnFailure.UNDO, "back", 2)
    assert graph_around(board.db, c.id).after == {a.id: (), b.id: (a.id,), c.id: (a.id, b.id)}
    assert recount(board.db) == []


def test_applying_twice_makes_nothing_twice(board: Board) -> None:
    task = approved(board)
    assert len(apply(board, task)) == 3
    assert apply(board, task) == ()
    assert len(children(board.db, task.id)) == 3


def test_only_the_version_that_was_judged_is_applied_and_only_while_the_task_is_done(board: Board) -> None:
    task = approved(board)
    with pytest.raises(Conflict, match="another version"):
        apply_plan(board.db, task.id, THREE, sha256="b" * 64, now=1)
    other = board.task("no plan")
    with pytest.raises(Conflict, match="no plan that is done"):
        apply(board, other)
    assert children(board.db, task.id) == ()


@pytest.mark.parametrize("point", ["plan.before_commit", "create_task.before_commit", "plan.after_commit"])
def test_a_kill_while_it_is_applied_leaves_all_or_nothing_and_the_next_try_makes_it_whole(
    board: Board, point: str
) -> None:
    task = approved(board)
    died = apart(board, f"apply_plan(db, {task.id}, THREE, sha256=SHA, now=9)", **{VARIABLE: point})
    assert died.returncode == -9
    made = children(board.db, task.id)
    assert len(made) == (3 if point == "plan.after_commit" else 0)
    assert (get_task(board.db, task.id).applied_at is not None) == bool(made)
    assert apart(board, f"apply_plan(db, {task.id}, THREE, sha256=SHA, now=9)").returncode == 0
    assert [t.title for t in children(board.db, task.id)] == ["A", "B", "C"]


def test_two_at_once_make_one_graph(board: Board) -> None:
    task = approved(board)
    command = f"print(len(apply_plan(db, {task.id}, THREE, sha256=SHA, now=9)))"
    both = [start(board, command) for _ in range(2)]
    assert sorted(process.communicate(timeout=60)[0].strip() for process in both) == ["0", "3"]
    assert len(children(board.db, task.id)) == 3


def test_a_plan_that_cannot_be_used_waits_for_the_operator_with_every_reason(board: Board) -> None:
    task = approved(board, reviews=("output_review",))
    refused = refuse_plan(board.db, task.id, ["no agent `ghost`", "a → a"], now=board.now())
    assert refused.status == "review" and plans_to_apply(board.db) == ()
    (need,) = needs(board.db, "quant")
    assert need.task_id == task.id and "no agent `ghost`" in need.reason and "1 more" in need.reason
    (comment,) = comments(board.db, task.id)
    assert comment.comment_type == "system" and "a → a" in comment.body
    assert refuse_plan(board.db, task.id, ["again"], now=board.now()).status == "review"
    assert len(comments(board.db, task.id)) == 1
    operator_verdict(
        board.db, need.review_id or 0, verdict=Verdict.REQUEST_CHANGES, comment="mend", by=BOSS, now=board.now()
    )
    assert board.status(task.id) == "pending"
    record_output(board.db, task.id, path=PLAN, sha256="b" * 64, size=9, by=BOSS, now=board.now())
    board.work(task.id)
    assert board.status(task.id) == "review"


def test_a_kill_while_it_is_refused_leaves_it_as_it_was(board: Board) -> None:
    task = approved(board)
    command = f"refuse_plan(db, {task.id}, ['no'], now=9)"
    assert apart(board, command, **{VARIABLE: "plan.before_refusal"}).returncode == -9
    assert board.status(task.id) == "done" and comments(board.db, task.id) == ()
    assert apart(board, command).returncode == 0
    assert board.status(task.id) == "review"


def test_what_a_plan_became_is_not_taken_back_by_a_second_thought_about_it(board: Board) -> None:
    task = approved(board, reviews=("output_review",))
    (review,) = board.db.execute("SELECT id FROM reviews").fetchone()
    apply(board, task)
    with pytest.raises(Conflict, match="took effect"):
        undo_verdict(board.db, review, by=BOSS, now=board.now())
    with pytest.raises(Conflict, match="took effect"):
        reopen_task(board.db, task.id, by=BOSS, now=board.now())


PLANS = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.sets(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size)
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLANS, st.randoms(use_true_random=False))
def test_any_plan_without_a_circle_becomes_the_same_graph(
    tmp_path: Path, waits: list[set[int]], random: Callable[[], float]
) -> None:
    """Task n waits for smaller numbers only; the file has them in any order."""
    after = {f"k{n}": {f"k{m}" for m in others if m < n} for n, others in enumerate(waits)}
    keys = list(after)
    random.shuffle(keys)  # type: ignore[attr-defined]
    plan = Plan(goal="g", tasks=tuple(Planned(key=key, title=key, after=tuple(sorted(after[key]))) for key in keys))
    board = Board(tmp_path / "quant")
    try:
        task = approved(board)
        apply(board, task, plan)
        found = graph_of_project(board.db)
        title = {one.id: one.title for one in found.tasks}
        assert {title[number]: {title[m] for m in others} for number, others in found.after.items()} == after
        assert all(number > max(others, default=0) for number, others in found.after.items())
        assert recount(board.db) == []
        board.db.execute("DELETE FROM tasks")
    finally:
        board.close()


def test_what_a_project_used_is_what_was_counted_for_ever(board: Board) -> None:
    assert used_so_far(board.db) == Usage()
    board.db.execute("UPDATE usage SET sessions = 1, tokens = 70, cost = 0.5 WHERE bucket = 0")
    assert used_so_far(board.db) == Usage(sessions=1, tokens=70, cost=0.5)


# --- processes of their own


def script(board: Board, command: str) -> list[str]:
    """A process that opens the blackboard and runs one command on it."""
    text = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from console.blackboard.connection import open_project\n"
        "from console.blackboard.writes.plan_tasks import apply_plan, refuse_plan\n"
        "from tests.integration.blackboard.test_plan_tasks import SHA, THREE\n"
        f"db = open_project(Path(sys.argv[2]))\n{command}\n"
    )
    return [sys.executable, "-c", text, str(ROOT), str(board.folder)]


def apart(board: Board, command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    call = script(board, command)
    return subprocess.run(call, env=os.environ | environ, check=False, timeout=60, capture_output=True, text=True)


def start(board: Board, command: str) -> subprocess.Popen[str]:
    """Start it."""
    return subprocess.Popen(script(board, command), stdout=subprocess.PIPE, text=True)
