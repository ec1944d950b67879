"""Owns the question what stands on a project's board: a window of each column in its order, and how many have some words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.blackboard.reads.conditions import WHO, conditions
from console.blackboard.reads.tasks import tally
from console.blackboard.reads.wanted import ANY, fold_case, having
from console.records.board import COLUMNS, WINDOW, BoardWish
from console.records.review import Review, ReviewStatus
from console.records.task import Task, TaskStatus

__all__ = ("Found", "found_on_board", "live_reviews")

_SAID = "'#' || t.id || ' ' || t.title || ' ' || t.tags || ' ' || coalesce(t.assignee, '@' || t.role, '')"
"""What a word is looked for in, besides what people call whoever works on the task, or is to."""
_ORDERS = {False: "(t.blocked_by > 0), t.priority, t.id", True: "t.updated_at DESC, t.id DESC"}
"""Of tasks that have not ended: by urgency; of those that have: the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was asked for."""

    columns: tuple[tuple[Task, ...], ...]
    whole: tuple[tuple[TaskStatus, int], ...]
    """How many there are of each status."""
    counts: tuple[tuple[TaskStatus, int], ...]
    """How many of them have the words, in a window or not."""


def found_on_board(db: Database, wish: BoardWish, agents: Mapping[str, str], now: int) -> Found:
    """The windows that are wished for at `now` (epoch ms).

    `agents` are ids and what people call them, which the words may mean, too; a word may be a condition (`cost>2`).
    """
    asked = conditions(wish.words, now, agents)
    where, words = having(db, asked.words, _SAID, WHO, agents)
    where, values = " AND ".join((where, *asked.sql)), {**words, **asked.values}
    if asked.sql:
        fold_case(db)
    with translated(db.path):
        whole = tally(db).counts
        counts = whole if where == ANY else _counted(db, where, values)
        columns = tuple(
            _window(db, statuses, counts, start, where, values)
            for statuses, start in zip(COLUMNS, wish.starts, strict=True)
        )
    return Found(columns=columns, whole=tuple(whole.items()), counts=tuple(counts.items()))


def live_reviews(db: Database, tasks: Iterable[int]) -> tuple[Review, ...]:
    """The reviews of these tasks that are not settled, what was escalated first."""
    live = (ReviewStatus.OPEN, ReviewStatus.CHANGES_REQUESTED, ReviewStatus.ESCALATED)
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM reviews WHERE task_id IN (SELECT value FROM json_each(?))"
            " AND status IN (SELECT value FROM json_each(?)) ORDER BY status = 'escalated' DESC, id",
            (json.dumps([*tasks]), json.dumps(live)),
        ).fetchall()
    return tuple(map(Review.from_row, rows))


def _counted(db: Database, where: str, values: Mapping[str, str | int | float]) -> Mapping[TaskStatus, int]:
    rows = db.execute(f"SELECT t.status, count(*) FROM tasks t WHERE {where} GROUP BY t.status", values)
    return {TaskStatus(status): int(n) for status, n in rows}


def _window(
    db: Database,
    statuses: Iterable[TaskStatus],
    counts: Mapping[TaskStatus, int],
    start: int,
    where: str,
    values: Mapping[str, str | int | float],
) -> tuple[Task, ...]:
    """One status after the other, each by its index; rows are fetched only of those that are in the window."""
    tasks: list[Task] = []
    for status in statuses:
        there = counts.get(status, 0)
        if start < there and len(tasks) < WINDOW:
            order = _ORDERS[status in COLUMNS[-1]]
            rows = db.execute(
                f"SELECT * FROM tasks t WHERE id IN (SELECT t.id FROM tasks t WHERE t.status = :status AND {where}"
                f" ORDER BY {order} LIMIT :most OFFSET :start) ORDER BY {order}",
                {**values, "status": str(status), "most": WINDOW - len(tasks), "start": start},
            )
            tasks += map(Task.from_row, rows)
        start = max(0, start - there)
    return tuple(tasks)
