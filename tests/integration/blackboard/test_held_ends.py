"""Promises of a session that somebody ended past us: it is no attempt, and its task waits for the operator."""

from __future__ import annotations

from console.blackboard.reads.needs import needs
from console.blackboard.reads.sessions import get_session
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.held_ends import ELSEWHERE, end_and_hold
from console.blackboard.writes.tasks import hold_task, release_task
from console.records.need import NeedKind
from console.records.session import SessionStatus
from console.records.task import TaskStatus
from tests.boards import BOSS, Board

T = 1_000_000
WHY = "somebody ended it in the gateway"


def test_its_task_is_held_needs_the_operator_and_goes_on_when_released(board: Board) -> None:
    board.task("the work")
    working = board.claim(1)
    end_and_hold(board.db, working.id, failure=WHY, tail="I was at", reason=WHY, now=T)
    task, session = get_task(board.db, 1), get_session(board.db, working.id)
    assert (task.status, task.hold_reason, task.hold_rule, task.attempts) == (TaskStatus.HELD, WHY, ELSEWHERE, 0)
    assert (session.status, session.failure, session.counted) == (SessionStatus.CANCELLED, WHY, 0)
    assert session.gone_at == T, "its slot is free"
    assert [need.kind for need in needs(board.db, "quant")] == [NeedKind.HELD]
    release_task(board.db, 1, by=BOSS, now=T + 1)
    assert get_task(board.db, 1).status == TaskStatus.PENDING


def test_a_hold_that_stands_already_keeps_its_reason(board: Board) -> None:
    board.task("the work")
    working = board.claim(1)
    hold_task(board.db, 1, reason="wait", by=BOSS, now=T)
    end_and_hold(board.db, working.id, failure=WHY, tail=None, reason=WHY, now=T + 1)
    assert get_task(board.db, 1).hold_reason == "wait" and get_session(board.db, working.id).gone_at == T + 1
