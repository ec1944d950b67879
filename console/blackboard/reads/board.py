"""Owns the question what stands on a project's board: a window of each column in its order, and how many have some words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.blackboard.reads.conditions import FIELDS, WHO, conditions, state_sql
from console.blackboard.reads.tasks import tally
from console.blackboard.reads.wanted import ANY, fold_case, having
from console.records.board import COLUMNS, ENDED, WINDOW, Arrangement, BoardWish, Group, Order, Stand
from console.records.review import Review, ReviewStatus
from console.records.task import Task, TaskStatus

__all__ = ("Found", "found_on_board", "links_of", "live_reviews")

_SAID = "'#' || t.id || ' ' || t.title || ' ' || t.tags || ' ' || coalesce(t.assignee, '@' || t.role, '')"
"""What a word is looked for in, besides what people call whoever works on the task, or is to."""
_ORDERS = {
    Order.AGE: "t.created_at, t.id",
    Order.CHANGED: "t.updated_at DESC, t.id DESC",
    Order.COST: f"{FIELDS['cost'].sql} DESC, t.id",
    Order.TITLE: "lower(t.title), t.id",
}
_URGENCY = "t.priority, t.id"
_LAST = "(SELECT agent FROM sessions s WHERE s.task_id = t.id AND s.seat_id IS NULL ORDER BY created_at DESC LIMIT 1)"
_GROUPS = {
    Group.AGENT: f"coalesce({_LAST}, t.assignee, '@' || t.role, '')",
    Group.TAG: "coalesce(json_extract(t.tags, '$[0]'), '')",
    Group.PARENT: "coalesce(t.parent, '')",
}
_LINKS = """
WITH shown (id) AS (SELECT value FROM json_each(:ids)), edges AS (
  SELECT task, needs FROM dependencies WHERE task IN shown UNION SELECT task, needs FROM dependencies WHERE needs IN shown)
SELECT e.task, e.needs FROM edges e JOIN tasks w ON w.id = e.task JOIN tasks n ON n.id = e.needs
WHERE w.status NOT IN ('done', 'cancelled') AND n.status <> 'done' ORDER BY e.task, e.needs LIMIT :most"""
LINKS = 4_000
"""Dependencies that are read at once."""

Values = Mapping[str, str | int | float]
Sizes = tuple[tuple[str, int], ...]
"""Each group of a column and how many cards it has, in their order; the empty name is for those in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was asked for."""

    columns: tuple[tuple[Task, ...], ...]
    whole: tuple[tuple[Stand, int], ...]
    """How many there are of each."""
    counts: tuple[tuple[Stand, int], ...]
    """How many of them have the words, in a window or not."""
    groups: tuple[Sizes, ...] = ()
    """Of each column, where they are wanted."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which tasks, as SQL with its values, and how they are to lie."""

    where: str
    values: Values
    arranged: Arrangement

    def order(self, stands: tuple[Stand, ...]) -> str:
        by = self.arranged.order
        usual = _ORDERS[Order.CHANGED] if stands[0] in ENDED else _URGENCY
        found = usual if by == Order.URGENCY else _ORDERS[by]
        group = self.group
        return f"{group} = '', {group}, {found}" if group else found

    @property
    def group(self) -> str:
        return _GROUPS.get(self.arranged.group, "")


def found_on_board(db: Database, wish: BoardWish, agents: Mapping[str, str], now: int) -> Found:
    """The windows that are wished for at `now` (epoch ms).

    `agents` are ids and what people call them, which the words may mean, too; a word may be a condition (`cost>2`).
    """
    wanted = conditions(wish.words, now, agents)
    where, words = having(db, wanted.words, _SAID, WHO, agents)
    asked = _Asked(" AND ".join((where, *wanted.sql)), {**words, **wanted.values}, wish.arranged)
    if wanted.sql:
        fold_case(db)
    with translated(db.path):
        whole = _every(db)
        counts = whole if asked.where == ANY else _counted(db, asked)
        columns = tuple(
            _column(db, stands, counts, start, asked) for stands, start in zip(COLUMNS, wish.starts, strict=True)
        )
        groups = tuple(_sizes(db, stands, asked) for stands in COLUMNS) if asked.group else ()
    return Found(columns=columns, whole=tuple(whole.items()), counts=tuple(counts.items()), groups=groups)


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


def links_of(db: Database, tasks: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """(task, what it waits for) of every dependency of these tasks, either way, that still keeps anything waiting."""
    with translated(db.path):
        rows = db.execute(_LINKS, {"ids": json.dumps([*tasks]), "most": LINKS}).fetchall()
    return tuple((int(task), int(needs)) for task, needs in rows)


def _every(db: Database) -> dict[Stand, int]:
    """From the counts that are kept; how many are blocked is asked of an index."""
    counts = dict(tally(db).counts)
    (blocked,) = db.execute("SELECT count(*) FROM tasks WHERE status = 'pending' AND blocked_by > 0").fetchone()
    found = {Stand(str(status)): n for status, n in counts.items() if status != TaskStatus.PENDING}
    return {Stand.READY: counts.get(TaskStatus.PENDING, 0) - blocked, Stand.BLOCKED: blocked, **found}


def _counted(db: Database, asked: _Asked) -> dict[Stand, int]:
    rows = db.execute(
        "SELECT CASE WHEN t.status <> 'pending' THEN t.status WHEN t.blocked_by > 0 THEN 'blocked' ELSE 'ready' END AS stand,"
        f" count(*) FROM tasks t WHERE {asked.where} GROUP BY stand",
        asked.values,
    )
    return {Stand(stand): int(n) for stand, n in rows}


def _sizes(db: Database, stands: tuple[Stand, ...], asked: _Asked) -> Sizes:
    rows = db.execute(
        f"SELECT {asked.group} AS part, count(*) FROM tasks t WHERE {_among(stands)} AND {asked.where}"
        " GROUP BY part ORDER BY part = '', part",
        asked.values,
    )
    found = [(str(part), int(n)) for part, n in rows]
    return tuple(found) if asked.arranged.group != Group.PARENT else _titled(db, found)


def _titled(db: Database, parents: list[tuple[str, int]]) -> Sizes:
    """With what each is called."""
    rows = db.execute(
        "SELECT id, title FROM tasks WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(part) for part, _n in parents if part]),),
    )
    titles = {str(number): f"#{number} {title}" for number, title in rows}
    return tuple((titles.get(part, part), n) for part, n in parents)


def _among(stands: tuple[Stand, ...]) -> str:
    return f"({' OR '.join(map(state_sql, stands))})"


def _column(
    db: Database, stands: tuple[Stand, ...], counts: Mapping[Stand, int], start: int, asked: _Asked
) -> tuple[Task, ...]:
    """As it lies by itself one stand after the other, each by its index; else all of them together."""
    if asked.arranged != Arrangement():
        return _window(db, _among(stands), asked, asked.order(stands), WINDOW, start)
    tasks: tuple[Task, ...] = ()
    for stand in stands:
        there = counts.get(stand, 0)
        if start < there and len(tasks) < WINDOW:
            most = WINDOW - len(tasks)
            tasks += _window(db, state_sql(stand), asked, asked.order((stand,)), most, start)
        start = max(0, start - there)
    return tasks


def _window(db: Database, among: str, asked: _Asked, order: str, most: int, start: int) -> tuple[Task, ...]:
    """Rows are fetched only of those that are in the window."""
    rows = db.execute(
        f"SELECT * FROM tasks t WHERE id IN (SELECT t.id FROM tasks t WHERE {among} AND {asked.where}"
        f" ORDER BY {order} LIMIT :most OFFSET :start) ORDER BY {order}",
        {**asked.values, "most": most, "start": start},
    )
    return tuple(map(Task.from_row, rows))
