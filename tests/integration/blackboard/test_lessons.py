"""Promises of what is drawn from a session: one experience where something was learnt, none where all went smoothly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from console.blackboard.reads.experience_search import search_experiences
from console.blackboard.reads.experiences import list_experiences
from console.blackboard.writes.notes import add_decision
from console.blackboard.writes.submissions import end_without_submit
from console.blackboard.writes.verdicts import operator_verdict, reopen_task, undo_verdict
from console.records.actor import Actor, Origin
from console.records.experience import Experience
from console.records.review import Verdict
from console.records.session import SessionStatus
from console.records.task import TaskKind
from tests.boards import BOSS, Board
from tests.repository import ROOT


def fails(board: Board, task: int, why: str = "exit code 3", tail: str = "", counted: bool = True) -> None:
    board.gone(board.claim(task), SessionStatus.FAILED, counted=counted, failure=why, tail=tail)


def only(board: Board) -> Experience:
    (found,) = list_experiences(board.db)
    return found


def test_a_task_that_went_smoothly_teaches_nothing(board: Board) -> None:
    board.work(board.task().id)
    board.work(board.task(reviews=("output_review",)).id)
    board.verdict(Verdict.APPROVE)
    assert list_experiences(board.db) == ()


def test_a_failed_attempt_before_the_submit_is_remembered_with_what_helped(board: Board) -> None:
    task = board.task("Load the CSV", tags=("csv", "backtest"))
    fails(board, task.id, tail="Traceback\nUnicodeDecodeError: byte 0xff")
    session = board.claim(task.id, "zhangfei-dev")
    board.submit(session, summary="read it as utf-8-sig")
    found = only(board)
    assert (found.title, found.tags, found.source) == ("Load the CSV: exit code 3", ("csv", "backtest"), "session")
    assert (found.created_by, found.drawn_from, found.task_id) == ("zhangfei-dev", session.id, task.id)
    for fact in ("Attempt 1 by dev", "exit code 3", "UnicodeDecodeError", "zhangfei-dev: read it as utf-8-sig", "csv"):
        assert fact in found.body
    assert [hit.experience.id for hit in search_experiences(board.db, "unicodedecodeerror")] == [found.id]


def test_an_attempt_that_does_not_count_teaches_nothing(board: Board) -> None:
    task = board.task()
    fails(board, task.id, "rate-limited", counted=False)
    board.work(task.id)
    assert list_experiences(board.db) == ()


def test_a_finding_is_remembered_with_how_it_was_mended_and_answered(board: Board) -> None:
    task = board.task("计算收益", tags=("回测",), reviews=("output_review",))
    board.work(task.id)
    board.verdict(Verdict.REQUEST_CHANGES)
    assert list_experiences(board.db) == (), "not before it is done"
    second = board.claim(task.id)
    board.submit(second, summary="求和改对了", rebuttal="第三行保留")
    board.verdict(Verdict.APPROVE)
    found = only(board)
    assert (found.title, found.drawn_from) == ("计算收益：the sum is wrong [outputs/a.md:3]", second.id)
    for fact in ("第 1 轮，rev 要求修改：the sum is wrong [outputs/a.md:3]", "求和改对了", "dev 的答复：第三行保留"):
        assert fact in found.body
    assert [hit.experience.id for hit in search_experiences(board.db, "求和")] == [found.id]


def test_a_decision_of_the_session_is_remembered_and_one_of_the_operator_is_not(board: Board) -> None:
    first, second = board.task("first"), board.task("second")
    add_decision(board.db, "buy nothing", task_id=first.id, by=BOSS, now=board.now())
    board.work(first.id)
    session = board.claim(second.id)
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    add_decision(board.db, "use parquet", reason="csv loses types", task_id=second.id, by=who, now=board.now())
    board.submit(session)
    assert only(board).title == "second: use parquet"
    assert "- use parquet: csv loses types" in only(board).body


def test_last_words_that_the_operator_approves_count_as_a_submit(board: Board) -> None:
    task = board.task()
    fails(board, task.id)
    session = board.claim(task.id)
    end_without_submit(board.db, session.id, summary="(no submit) it works now", now=board.now())
    operator_verdict(board.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
    assert only(board).drawn_from == session.id
    assert "it works now" in only(board).body


def test_an_approval_taken_back_and_given_again_is_remembered_once(board: Board) -> None:
    task = board.task(reviews=("output_review",))
    fails(board, task.id)
    board.work(task.id)
    for _ in range(3):
        operator_verdict(board.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
        undo_verdict(board.db, 1, by=BOSS, now=board.now())
    operator_verdict(board.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
    assert only(board).task_id == task.id


def test_what_comes_late_from_a_session_that_was_drawn_from_stops_no_approval(board: Board) -> None:
    task = board.task(reviews=("output_review",))
    fails(board, task.id)
    session = board.claim(task.id)
    board.submit(session)
    operator_verdict(board.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
    undo_verdict(board.db, 1, by=BOSS, now=board.now())
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    add_decision(board.db, "one more thing", task_id=task.id, by=who, now=board.now())
    operator_verdict(board.db, 1, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
    assert board.status(task.id) == "done" and only(board).drawn_from == session.id


def test_a_task_that_is_done_again_tells_only_what_is_new(board: Board) -> None:
    task = board.task("twice")
    fails(board, task.id, "the first cause")
    board.work(task.id)
    review = reopen_task(board.db, task.id, reason="not good", by=BOSS, now=board.now())
    operator_verdict(
        board.db, review.id, verdict=Verdict.REQUEST_CHANGES, comment="one page only", by=BOSS, now=board.now()
    )
    board.work(task.id)
    operator_verdict(board.db, review.id, verdict=Verdict.APPROVE, by=BOSS, now=board.now())
    newer, older = list_experiences(board.db)
    assert "the first cause" in older.body and "the first cause" not in newer.body
    assert "one page only" in newer.title + newer.body


def test_a_distillation_teaches_nothing(board: Board) -> None:
    task = board.task(kind=TaskKind.DISTIL)
    fails(board, task.id)
    board.work(task.id)
    assert list_experiences(board.db) == ()


def test_secrets_are_hidden_and_no_experience_grows_without_end(board: Board) -> None:
    task = board.task("key sk-ABCDEFGHIJKLMNOPQRSTUVWX1234", body="x")
    for n in range(12):
        fails(board, task.id, f"failure {n} " + "x" * 3000, tail="password=hunter2hunter2\n" * 50)
    session = board.claim(task.id)
    board.submit(session, summary="token=abcd1234efgh5678 " * 200)
    found = only(board)
    assert len(found.title) <= 200 and len(found.body) <= 6000
    for secret in ("sk-ABCDEF", "hunter2", "abcd1234efgh5678"):
        assert secret not in found.title + found.body
    assert "failure 11" in found.body and "failure 2 " not in found.body, "the newest are told"


SUBMITTER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from console.blackboard.connection import open_project
    from console.blackboard.writes.submissions import submit
    from console.blackboard.writes.verdicts import operator_verdict, undo_verdict
    from console.records.actor import OPERATOR, Actor, Origin
    from console.records.review import Verdict
    from console.errors import MoziError

    folder, what, session, fence = sys.argv[1:5]
    db = open_project(Path(folder))
    boss = Actor(name=OPERATOR, origin=Origin.CLI)
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(20 if what == "verdict" else 1):
        try:
            if what == "submit":
                submit(db, session, int(fence), summary="done", by=boss, now=9_000_000 + n)
            else:
                operator_verdict(db, 1, verdict=Verdict.APPROVE, by=boss, now=9_000_000 + n)
                undo_verdict(db, 1, by=boss, now=9_000_000 + n)
        except MoziError:
            pass
""")


def racers(board: Board, count: int, *arguments: str) -> list[subprocess.Popen[str]]:
    """Processes that all begin at once."""
    command = [sys.executable, "-c", SUBMITTER, str(board.folder), *arguments]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    begun = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        for _ in range(count)
    ]
    for racer in begun:
        assert racer.stdout is not None and racer.stdout.readline() == "ready\n"
    for racer in begun:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.close()
    for racer in begun:
        assert racer.wait(60) == 0
        assert racer.stdout is not None
        racer.stdout.close()
    return begun


@pytest.mark.parametrize("what", ["submit", "verdict"])
def test_writers_that_race_draw_one_experience(board: Board, what: str) -> None:
    task = board.task(reviews=("output_review",) if what == "verdict" else ())
    fails(board, task.id)
    session = board.claim(task.id)
    if what == "verdict":
        board.submit(session)
    racers(board, 4, what, session.id, str(session.fence))
    assert only(board).drawn_from == session.id


@pytest.mark.parametrize("point", ["draw_experience.before_commit", "submit.before_commit", "submit.after_commit"])
def test_a_kill_around_the_submit_leaves_both_or_neither_and_a_repetition_makes_it_one(
    board: Board, point: str
) -> None:
    task = board.task()
    fails(board, task.id)
    session = board.claim(task.id)
    command = [sys.executable, "-c", SUBMITTER, str(board.folder), "submit", session.id, str(session.fence)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MOZIPLUS_CRASH_AT": point}
    died = subprocess.run(command, input="go\n", text=True, capture_output=True, env=env, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    done = board.status(task.id) == "done"
    assert (done, len(list_experiences(board.db))) == ((True, 1) if point == "submit.after_commit" else (False, 0))
    board.submit(session, summary="done")
    assert only(board).drawn_from == session.id


def test_the_feed_tells_of_it_in_the_name_of_who_made_the_task_done(board: Board) -> None:
    task = board.task()
    fails(board, task.id)
    session = board.claim(task.id)
    board.submit(session)
    row = board.db.execute("SELECT * FROM events WHERE entity = 'experience'").fetchone()
    assert (row["kind"], row["actor"], row["session"], row["task"]) == ("created", "dev", session.id, task.id)
