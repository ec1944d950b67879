"""Promises of how a session is settled once its process is gone."""

from __future__ import annotations

from console.blackboard.reads.sessions import get_session
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.sessions import end_session
from console.blackboard.writes.submissions import submit
from console.records.actor import Actor, Origin
from console.records.session import SessionStatus
from tests.boards import Board


def test_who_handed_in_just_before_its_end_is_settled_did_not_fail(board: Board) -> None:
    task = board.task()
    session = board.claim(task.id)
    who = Actor(name=session.agent, origin=Origin.AGENT, session=session.id)
    submit(board.db, session.id, session.fence, summary="Done.", by=who, now=7)
    end_session(
        board.db,
        session.id,
        status=SessionStatus.FAILED,
        counted=True,
        failure="ended without a verdict",
        exit_code=0,
        now=8,
    )  # by a look from before it handed in
    ended = get_session(board.db, session.id)
    assert (ended.status, ended.failure, ended.exit_code, ended.gone_at) == (SessionStatus.SUCCEEDED, None, 0, 8)
    assert get_task(board.db, task.id).attempts == 0
