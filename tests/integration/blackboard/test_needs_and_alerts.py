"""Promises about needs and alerts: every need has its alert, every urgent alert is a need, both end together."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.reads.needs import _FAILED, needs, needs_to_tell, open_alerts_now, timed_out
from console.blackboard.reads.notes import open_alerts, open_causes
from console.blackboard.writes.notes import acknowledge, end_alert, observe
from console.blackboard.writes.project import archive_project
from console.blackboard.writes.tasks import cancel_task, hold_task, release_task, retry_task
from console.errors import MoziError
from console.records.actor import SCHEDULER
from console.records.alert import Level
from console.records.cause import MANY, NEEDS, kind_of
from console.records.review import Verdict
from console.records.session import SessionStatus
from console.scheduler.actions import RaiseAlert
from console.scheduler.attention import MOST, attention, timeouts
from tests.boards import BOSS, Board


def tick(board: Board) -> None:
    """What a tick makes of it: pure decisions, performed."""
    causes = open_causes(board.db)
    found = [*attention("quant", needs_to_tell(board.db, "quant", causes), causes)]
    for change in [*found, *timeouts("quant", timed_out(board.db), causes)]:
        if isinstance(change, RaiseAlert):
            assert observe(
                board.db, change.body, cause=change.cause, task_id=change.task_id, by=SCHEDULER, now=board.now()
            ), f"{change} is raised twice"
        else:
            assert end_alert(board.db, change.cause, now=board.now()), f"{change} ends nothing"


def agree(board: Board) -> None:
    """`needs` and `alert list` say the same."""
    waiting, alerts = needs(board.db, "quant"), open_alerts_now(board.db, "quant")
    many = {kind: max(int(a.cause.split(":")[2]) for a in alerts if a.cause and a.cause.startswith(f"{kind}:{MANY}:"))
            for kind in NEEDS if any((a.cause or "").startswith(f"{kind}:{MANY}:") for a in alerts)}  # fmt: skip
    causes = {alert.cause for alert in alerts}
    for need in waiting:
        if need.cause is not None:
            covered = need.since <= many.get(kind_of(need.cause), -1) or f"budget:task:{need.task_id}" in causes
            assert need.cause in causes or covered, f"{need} has no alert"
    known = {need.cause for need in waiting} | {f"{kind}:{MANY}:{at}" for kind, at in many.items()}
    for alert in alerts:
        if alert.cause is not None and kind_of(alert.cause) in NEEDS:
            assert alert.cause in known, f"{alert} is of no need"
        elif alert.level == Level.URGENT:
            assert alert.id in [need.alert_id for need in waiting], f"{alert} is no need"


def fails(board: Board, task: int) -> None:
    board.gone(board.claim(task), SessionStatus.FAILED, counted=True, failure="exit code 3", exhausted=True)


def times_out(board: Board, task: int) -> None:
    board.gone(
        board.claim(task), SessionStatus.TIMED_OUT, counted=True, failure="ran out of time", retry_at=board.now() + 9
    )


def by_hand(board: Board, sql: str) -> None:
    """As somebody with a bare sqlite shell would."""
    with closing(sqlite3.connect(board.folder / "blackboard.db")) as db:
        db.execute(sql)
        db.commit()


ACTS: list[Callable[[Board, int], object]] = [
    fails,
    times_out,
    lambda b, n: cancel_task(b.db, n, by=BOSS, now=b.now()),
    lambda b, n: retry_task(b.db, n, by=BOSS, now=b.now()),
    lambda b, n: hold_task(b.db, n, rule="no-rm", reason="ask first", by=BOSS, now=b.now()),
    lambda b, n: release_task(b.db, n, by=BOSS, now=b.now()),
    lambda b, n: b.task("waits", after=(n,)),
    lambda b, n: b.task("free", reviews=("output_review",)),
    lambda b, n: b.work(n),
    lambda b, n: by_hand(
        b, f"UPDATE tasks SET status = 'pending', failure = NULL WHERE id = {n} AND status = 'failed'"
    ),
    lambda b, n: by_hand(b, f"UPDATE tasks SET status = 'failed' WHERE id = {n} AND status = 'pending'"),
    lambda b, n: observe(b.db, "odd", level=Level.URGENT, cause=f"mine:{n}", by=BOSS, now=b.now()),
    lambda b, n: [acknowledge(b.db, a.id, by=BOSS, now=b.now()) for a in open_alerts(b.db)[:1]],
    lambda b, n: by_hand(b, "UPDATE observations SET ended_at = 1 WHERE ended_at IS NULL"),
    lambda b, n: by_hand(b, "UPDATE reviews SET status = 'escalated', escalated_to = 'operator' WHERE status = 'open'"),
]


@pytest.mark.parametrize("seed", range(12))
def test_needs_and_alerts_agree_through_any_life_with_and_without_a_tick(board: Board, seed: int) -> None:
    luck = random.Random(seed)
    for n in range(4):
        board.task(f"task {n}")
    for _ in range(60):
        task = luck.randint(1, max(4, board.db.execute("SELECT max(id) FROM tasks").fetchone()[0]))
        try:
            luck.choice(ACTS)(board, task)
        except (MoziError, sqlite3.IntegrityError):
            continue
        agree(board)
        if luck.random() < 0.5:
            tick(board)
            agree(board)
            causes = open_causes(board.db)
            assert list(attention("quant", needs_to_tell(board.db, "quant", causes), causes)) == [], (
                "a tick leaves nothing"
            )


@pytest.mark.parametrize("ends", [2, 3, 9])
def test_a_failed_task_is_an_urgent_alert_until_it_is_mended_by_whatever_door(board: Board, ends: int) -> None:
    board.task("one")
    fails(board, 1)
    tick(board)
    (alert,) = open_alerts(board.db)
    assert (alert.level, alert.cause, alert.task_id) == (Level.URGENT, "failed:1", 1) and "exit code 3" in alert.body
    assert [need.answer for need in needs(board.db, "quant")] == ["moziplus task retry quant#1"]
    ACTS[ends](board, 1)
    assert open_alerts_now(board.db, "quant") == ()
    tick(board)
    assert open_alerts(board.db) == ()


def test_a_time_out_is_told_until_the_next_attempt_begins(board: Board) -> None:
    board.task("one")
    times_out(board, 1)
    tick(board)
    assert [(a.level, a.cause) for a in open_alerts(board.db)] == [(Level.ATTENTION, "timeout:1")]
    assert needs(board.db, "quant") == ()
    board.claim(1)
    tick(board)
    assert open_alerts(board.db) == ()


def test_a_rejected_or_escalated_review_a_hold_and_a_blocking_task_are_told(board: Board) -> None:
    board.task("judged", reviews=("output_review",))
    board.work(1)
    board.verdict(Verdict.REJECT)
    board.task("held")
    hold_task(board.db, 2, rule="no-rm", reason="rm -rf", by=BOSS, now=board.now())
    board.task("gone")
    board.task("waits", after=(3,))
    cancel_task(board.db, 3, by=BOSS, now=board.now())
    tick(board)
    assert {a.cause: str(a.level) for a in open_alerts(board.db)} == {
        "failed:1": "urgent",
        "held:2": "attention",
        "blocking:3": "attention",
    }


def test_an_old_home_with_hundreds_of_failed_tasks_is_one_alert_and_a_new_failure_is_told(board: Board) -> None:
    for n in range(300):
        board.task(f"old {n}")
    by_hand(board, "UPDATE tasks SET status = 'failed', updated_at = 1000 + id")
    tick(board)
    tick(board)
    assert [a.cause for a in open_alerts(board.db)] == [f"failed:{MANY}:1300"]
    agree(board)
    board.task("new")
    fails(board, 301)
    tick(board)
    assert sorted(a.cause or "" for a in open_alerts(board.db)) == ["failed:301", f"failed:{MANY}:1300"]
    by_hand(board, "UPDATE tasks SET status = 'pending' WHERE id <= 300")
    tick(board)
    assert [a.cause for a in open_alerts(board.db)] == ["failed:301"]
    assert MOST < 300


def test_archiving_ends_the_alerts_of_a_project(board: Board) -> None:
    board.task("one")
    fails(board, 1)
    tick(board)
    archive_project(board.db, by=BOSS, now=board.now())
    assert open_alerts(board.db) == ()


def test_an_agent_cannot_take_a_cause_of_ours(board: Board, tmp_path: Path) -> None:
    from console.errors import UsageError
    from console.records.actor import Actor, Origin

    board.task("one")
    dev = Actor(name="dev", origin=Origin.AGENT)
    with pytest.raises(UsageError, match="my-failed"):
        observe(board.db, "x", cause="failed:1", by=dev, now=board.now())
    assert observe(board.db, "x", cause="my-failed:1", by=dev, now=board.now()) is not None


def test_the_newest_failed_tasks_are_found_without_sorting_all_of_them(tmp_path: Path) -> None:
    board = Board(tmp_path)
    sql = f"EXPLAIN QUERY PLAN {_FAILED.replace('{only}', '')} DESC LIMIT 21"
    plan = " ".join(str(row["detail"]) for row in board.db.execute(sql))
    board.close()
    assert "tasks_failed" in plan and "TEMP B-TREE" not in plan
