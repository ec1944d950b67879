"""Promises of what follows a failure on a real blackboard: once, all of it, and taken back when the task is tried again."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from console.blackboard.reads.ends import failures_to_follow
from console.blackboard.reads.needs import needs
from console.blackboard.reads.notes import open_alerts
from console.blackboard.reads.tasks import get_task, list_tasks
from console.blackboard.writes.failures import follow_failure
from console.blackboard.writes.tasks import cancel_task, edit_task, retry_task
from console.blackboard.writes.verdicts import operator_verdict, undo_verdict
from console.crash import VARIABLE
from console.errors import Conflict, UsageError
from console.records.review import Verdict
from console.records.session import SessionStatus
from console.records.task import OnFailure, Task, TaskKind
from tests.boards import BOSS, Board, recount
from tests.repository import ROOT


def fail(board: Board, task_id: int) -> None:
    """The last attempt at a task."""
    session = board.claim(task_id)
    board.gone(session, SessionStatus.FAILED, counted=True, failure="exit code 1", exhausted=True)


def chain(board: Board, way: OnFailure = OnFailure.UNDO) -> None:
    """#1 failed; #2 waits for it, #3 for #2, #4 for nobody, #5 for #4 and #1; #6 waited for #1 and is done."""
    board.task("first", on_failure=way, undo="take it back", role="developer", needs=("python",))
    board.task("second", after=(1,))
    board.task("third", after=(2,))
    board.task("alone")
    board.task("fifth", after=(4, 1))
    fail(board, 1)


def follow(board: Board, task_id: int = 1) -> Task | None:
    """As the scheduler does it."""
    return follow_failure(board.db, task_id, now=board.now())


def statuses(board: Board) -> list[str]:
    """Of every task, by id."""
    return [str(task.status) for task in list_tasks(board.db)]


def test_a_failure_that_says_nothing_waits_for_the_operator(board: Board) -> None:
    chain(board, OnFailure.ASK)
    assert failures_to_follow(board.db) == () and follow(board) is None
    assert statuses(board) == ["failed", "pending", "pending", "pending", "pending"]
    assert [need.kind for need in needs(board.db, "quant")] == ["failed"]


def test_cancel_ends_all_that_waits_for_it_and_nothing_else(board: Board) -> None:
    chain(board, OnFailure.CANCEL)
    assert [task.id for task in failures_to_follow(board.db)] == [1]
    assert follow(board) is None
    assert statuses(board) == ["failed", "cancelled", "cancelled", "pending", "cancelled"]
    assert get_task(board.db, 3).failure == "cancelled because #1 failed"
    assert failures_to_follow(board.db) == () and needs(board.db, "quant") == ()
    (alert,) = open_alerts(board.db)
    assert "#2, #3, #5" in alert.body and alert.task_id == 1
    assert recount(board.db) == []


def test_undo_makes_one_task_that_takes_it_back(board: Board) -> None:
    chain(board)
    undoing = follow(board)
    assert undoing is not None
    assert (undoing.kind, undoing.from_task, undoing.priority, undoing.blocked_by) == (TaskKind.UNDO, 1, 1, 0)
    assert (undoing.role, undoing.needs, undoing.on_failure) == ("developer", ("python",), OnFailure.ASK)
    assert undoing.body.startswith("take it back") and "exit code 1" in undoing.body
    assert follow(board) is None
    assert statuses(board) == ["failed", "cancelled", "cancelled", "pending", "cancelled", "pending"]


def test_what_is_done_stays_and_what_waits_only_for_that_goes_on(board: Board) -> None:
    first = board.task("first", on_failure=OnFailure.CANCEL)
    done = board.task("done")
    board.task("behind what is done", after=(done.id,))
    board.work(done.id)
    board.db.execute(
        "INSERT INTO dependencies (task, needs, at, actor, origin) VALUES (?, ?, 1, 'x', 'cli')", (done.id, first.id)
    )
    fail(board, first.id)
    follow(board, first.id)
    assert statuses(board) == ["failed", "done", "pending"]


def test_an_agent_at_work_on_what_waits_for_it_is_stopped(board: Board) -> None:
    first = board.task("first", on_failure=OnFailure.CANCEL)
    second = board.task("second")
    session = board.claim(second.id)
    board.db.execute(
        "INSERT INTO dependencies (task, needs, at, actor, origin) VALUES (?, ?, 1, 'x', 'cli')", (second.id, first.id)
    )
    fail(board, first.id)
    follow(board, first.id)
    (asked,) = board.db.execute("SELECT stop_reason FROM sessions WHERE id = ?", (session.id,)).fetchone()
    assert (board.status(second.id), asked) == ("cancelled", "cancel")


@pytest.mark.parametrize("point", ["failure.before_commit", "create_task.before_commit", "failure.after_commit"])
def test_a_kill_in_the_middle_leaves_all_or_nothing(board: Board, point: str) -> None:
    chain(board)
    call = [
        *(sys.executable, "-c"),
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from console.blackboard.connection import open_project\n"
        "from console.blackboard.writes.failures import follow_failure\n"
        "follow_failure(open_project(Path(sys.argv[2])), 1, now=9)\n",
        *(str(ROOT), str(board.folder)),
    ]
    assert subprocess.run(call, env=os.environ | {VARIABLE: point}, check=False, timeout=60).returncode == -9
    done = point == "failure.after_commit"
    assert statuses(board).count("cancelled") == (3 if done else 0)
    assert (get_task(board.db, 1).applied_at is not None) == done
    assert subprocess.run(call, check=False, timeout=60).returncode == 0
    assert statuses(board) == ["failed", "cancelled", "cancelled", "pending", "cancelled", "pending"]


# --- another chance


def test_a_retry_takes_back_what_followed_and_a_second_failure_has_it_again(board: Board) -> None:
    chain(board)
    undoing = follow(board)
    assert undoing is not None
    retry_task(board.db, 1, by=BOSS, now=board.now())
    assert statuses(board) == ["pending", "pending", "pending", "pending", "pending", "cancelled"]
    assert get_task(board.db, 2).failure is None and recount(board.db) == []
    fail(board, 1)
    again = follow(board)
    assert again is not None and again.id != undoing.id
    assert statuses(board)[1:3] == ["cancelled", "cancelled"]


def test_what_the_operator_cancelled_stays_cancelled(board: Board) -> None:
    chain(board)
    cancel_task(board.db, 3, reason="not wanted", by=BOSS, now=board.now())
    follow(board)
    retry_task(board.db, 1, by=BOSS, now=board.now())
    assert (board.status(2), board.status(3)) == ("pending", "cancelled")


def test_no_retry_while_it_is_being_undone(board: Board) -> None:
    chain(board)
    undoing = follow(board)
    assert undoing is not None
    session = board.claim(undoing.id)
    with pytest.raises(Conflict, match=f"#{undoing.id} is undoing #1"):
        retry_task(board.db, 1, by=BOSS, now=board.now())
    assert statuses(board)[0] == "failed"
    board.submit(session)
    retry_task(board.db, 1, by=BOSS, now=board.now())
    assert board.status(undoing.id) == "done" and board.status(1) == "pending"


def test_a_rejection_that_is_taken_back_takes_back_what_followed(board: Board) -> None:
    board.task("first", on_failure=OnFailure.CANCEL, reviews=("output_review",))
    board.task("second", after=(1,))
    board.work(1)
    operator_verdict(board.db, 1, verdict=Verdict.REJECT, comment="no", by=BOSS, now=board.now())
    follow(board)
    assert statuses(board) == ["failed", "cancelled"]
    undo_verdict(board.db, 1, by=BOSS, now=board.now())
    assert statuses(board) == ["review", "pending"]


def test_a_failure_that_was_followed_may_be_cancelled_and_tried_again(board: Board) -> None:
    chain(board, OnFailure.CANCEL)
    follow(board)
    cancel_task(board.db, 1, by=BOSS, now=board.now())
    retry_task(board.db, 1, by=BOSS, now=board.now())
    assert get_task(board.db, 1).applied_at is None and board.status(2) == "pending"


def test_undo_without_saying_how_is_refused(board: Board) -> None:
    with pytest.raises(UsageError, match="say what undoes"):
        board.task("x", on_failure=OnFailure.UNDO)
    task = board.task("x")
    with pytest.raises(UsageError, match="say what undoes"):
        edit_task(board.db, task.id, {"on_failure": OnFailure.UNDO}, by=BOSS, now=1)
    both = {"on_failure": OnFailure.UNDO, "undo": "so"}
    assert edit_task(board.db, task.id, both, by=BOSS, now=1).on_failure == OnFailure.UNDO
