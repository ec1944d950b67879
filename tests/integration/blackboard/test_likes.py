"""Promises of what is foretold of a task: the median of the closest that are done, and nothing where there are too few."""

from __future__ import annotations

from typing import Any

from console.blackboard.reads.likes import likely_of
from console.records.likes import LikeBy, Likely
from tests.boards import Board

MINUTE = 60_000


def did(board: Board, agent: str, minutes: int, cost: float, **fields: Any) -> None:
    """A task that is done, on which an agent worked for so long."""
    task = board.task(**fields)
    session = board.claim(task.id, agent)
    board.submit(session)
    spent = {"id": session.id, "end": minutes * MINUTE, "cost": cost}
    board.db.execute("UPDATE sessions SET started_at = 0, ended_at = :end, cost = :cost WHERE id = :id", spent)


def told(board: Board, **fields: Any) -> Likely | None:
    return likely_of(board.db, board.task(**fields))


def test_fewer_than_three_foretell_nothing(board: Board) -> None:
    did(board, "dev", 10, 1.0, tags=("web",))
    did(board, "dev", 20, 1.0, tags=("web",))
    assert told(board, tags=("web",)) is None and told(board) is None


def test_the_closest_that_are_enough_are_told_with_their_median_and_their_number(board: Board) -> None:
    for minutes, cost in ((10, 0.5), (20, 0.75), (90, 3.0)):
        did(board, "dev", minutes, cost, tags=("web", "css"))
    for minutes in (1, 2, 3, 4):
        did(board, "ann", minutes, 0.0, role="developer", tags=("web",))
    assert told(board, assignee="dev", tags=("web",)) == Likely(
        by=LikeBy.AGENT_AND_TAGS, tasks=3, busy_ms=20 * MINUTE, cost=0.75
    )
    assert told(board, tags=("css",)) == Likely(by=LikeBy.TAGS, tasks=3, busy_ms=20 * MINUTE, cost=0.75)
    assert told(board, tags=("web",)) == Likely(by=LikeBy.TAGS, tasks=7, busy_ms=4 * MINUTE, cost=0.0)
    assert told(board, assignee="ann") == Likely(by=LikeBy.AGENT, tasks=4, busy_ms=round(2.5 * MINUTE), cost=0.0)
    assert told(board, role="developer") == Likely(by=LikeBy.ROLE, tasks=4, busy_ms=round(2.5 * MINUTE), cost=0.0)
    assert told(board, tags=("rust",), role="writer") is None


def test_what_is_not_done_or_of_another_kind_is_no_example(board: Board) -> None:
    for _n in range(3):
        did(board, "dev", 10, 1.0, tags=("web",), kind="undo")
        board.claim(board.task(tags=("web",)).id)
    assert told(board, tags=("web",)) is None
