"""Promises of a release that waits or hands over: it costs no attempt, and nobody puts work off without end."""

from __future__ import annotations

from typing import Any

import pytest

from console.blackboard.reads.reviews import thread
from console.blackboard.reads.sessions import get_session
from console.blackboard.reads.tasks import get_task, ready_tasks
from console.blackboard.writes.releases import FREE, Wait, release_claim
from console.blackboard.writes.tasks import cancel_task
from console.errors import Conflict, UsageError
from console.records.actor import Actor, Origin
from console.records.policy import Policy
from console.records.review import SeatStatus, StandIn
from console.records.session import Session
from console.records.task import Task
from tests.boards import BOSS, Board


def let_go(board: Board, session: Session, policy: Policy | None = None, **wait: Any) -> Task:
    who = Actor(name=session.agent, origin=Origin.AGENT, session=session.id)
    task = release_claim(
        board.db,
        session.id,
        session.fence,
        reason="no data yet",
        policy=policy or Policy(),
        wait=Wait(**wait),
        by=who,
        now=board.now(),
    )
    board.gone(session)
    return task


def test_one_that_waits_for_a_moment_costs_nothing_and_rests_until_then(board: Board) -> None:
    session = board.claim(board.task().id)
    later = board.now() + 3_600_000
    task = let_go(board, session, not_before=later)
    assert (task.status, task.attempts, task.not_before, task.retry_at) == ("pending", 0, later, None)
    assert [t.id for t in ready_tasks(board.db, now=later)] == [task.id] and not ready_tasks(board.db, now=later - 1)
    assert (get_session(board.db, session.id).status, get_session(board.db, session.id).counted) == ("cancelled", 0)
    with pytest.raises(UsageError, match="past"):
        let_go(board, board.claim(board.task().id), not_before=1)


def test_one_that_waits_for_another_task_is_blocked_by_it(board: Board) -> None:
    first, second, done = (board.task(str(n)).id for n in range(3))
    assert let_go(board, board.claim(first), until=second).blocked_by == 1
    at_work = board.claim(second)
    with pytest.raises(Conflict, match="circle"):
        let_go(board, at_work, until=first)
    cancel_task(board.db, done, by=BOSS, now=board.now())
    with pytest.raises(Conflict, match="cancelled"):
        let_go(board, at_work, until=done)
    assert get_task(board.db, second).session == at_work.id, "what is refused changes nothing"


def test_one_that_hands_over_is_for_somebody_else(board: Board) -> None:
    task = let_go(board, board.claim(board.task().id), agent="guanyu-dev")
    assert (task.assignee, task.attempts) == ("guanyu-dev", 0)
    with pytest.raises(UsageError, match="is you"):
        let_go(board, board.claim(task.id, "guanyu-dev"), agent="guanyu-dev")


def test_nobody_puts_it_off_without_end(board: Board) -> None:
    task = board.task()
    for _ in range(FREE):
        now = board.now()
        assert let_go(board, board.claim(task.id), Policy(max_attempts=1), not_before=now + 60_000).attempts == 0
        board.db.execute("UPDATE tasks SET not_before = NULL")
    assert (
        let_go(board, board.claim(task.id), Policy(max_attempts=1), not_before=board.now() + 60_000).status == "failed"
    )


def test_a_seat_counts_by_the_projects_retries_and_is_not_handed_over(reviewed: Board) -> None:
    reviewed.prepare("a")
    session = reviewed.takes("a")
    with pytest.raises(UsageError, match="abstain"):
        let_go(reviewed, session, agent="b")
    later = reviewed.now() + 60_000
    let_go(reviewed, session, not_before=later)
    (seat,) = thread(reviewed.db, 1).seats
    assert (seat.status, seat.attempts, seat.retry_at) == (SeatStatus.WAITING, 0, later)
    let_go(reviewed, reviewed.takes("a"), Policy(max_attempts=1))
    (seat,) = thread(reviewed.db, 1).seats
    assert (seat.status, seat.attempts, seat.stand_in) == (SeatStatus.VACANT, 1, StandIn.WANTED)
