"""Promises of what is said a second time: the same is harmless, and other words are refused with what stands."""

from __future__ import annotations

import pytest

from console.blackboard.writes.releases import release_claim
from console.blackboard.writes.submissions import submit
from console.blackboard.writes.tasks import cancel_task, hold_task
from console.errors import Conflict, StaleFence
from console.records.actor import Actor, Origin
from tests.boards import BOSS, Board


@pytest.mark.parametrize("reviews", [(), ("output_review",)])
def test_another_submit_after_the_first_is_refused_and_told_what_stands(board: Board, reviews: tuple[str, ...]) -> None:
    task = board.task(reviews=reviews)
    session = board.claim(task.id)
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    for _ in range(2):
        submit(board.db, session.id, session.fence, summary="the sum is 42", by=who, now=board.now())
    for summary, rebuttal in (("the sum is 43", None), ("the sum is 42", "it is right")):
        with pytest.raises(Conflict, match="that stands .*the sum is 42"):
            submit(board.db, session.id, session.fence, summary=summary, rebuttal=rebuttal, by=who, now=board.now())


def test_a_release_repeated_counts_once_and_another_one_is_stale(board: Board) -> None:
    session = board.claim(board.task().id)
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    for _ in range(2):
        task = release_claim(board.db, session.id, session.fence, reason="no data", by=who, now=board.now())
        assert (task.status, task.attempts) == ("pending", 1)
    with pytest.raises(StaleFence):
        release_claim(board.db, session.id, session.fence, reason="too hard", by=who, now=board.now())


def test_a_second_hold_or_cancel_says_what_stands_where_its_reason_is_another(board: Board) -> None:
    task = board.task().id
    for reason in ("no data yet", "no data yet", ""):
        assert hold_task(board.db, task, reason=reason, by=BOSS, now=board.now()).hold_reason == "no data yet"
    with pytest.raises(Conflict, match="held already .no data yet."):
        hold_task(board.db, task, reason="too dear", by=BOSS, now=board.now())
    for reason in ("not needed", "not needed", ""):
        assert cancel_task(board.db, task, reason=reason, by=BOSS, now=board.now()).failure == "not needed"
    with pytest.raises(Conflict, match="cancelled already .not needed."):
        cancel_task(board.db, task, reason="too dear", by=BOSS, now=board.now())
