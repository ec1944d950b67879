"""Owns the questions about tasks: one, a page, those that are ready, those around one, and how many of each status."""

from __future__ import annotations

import json
from collections.abc import Collection

from console.blackboard.connection import Database, translated
from console.blackboard.reads.conditions import EVERY, Conditions
from console.blackboard.reads.wanted import fold_case
from console.errors import NotFound, UsageError
from console.records.policy import MOST_WAITING, Policy
from console.records.project import ProjectState, Tally
from console.records.task import Task, TaskStatus
from console.records.workload import Workload

__all__ = (
    "READY_ORDERS",
    "changed_at",
    "children",
    "dependencies",
    "dependents",
    "get_task",
    "list_tasks",
    "next_due",
    "ready_among",
    "ready_tasks",
    "state",
    "tally",
    "workload",
)

_WAITING = (
    "(SELECT count(*) FROM dependencies d JOIN tasks w ON w.id = d.task AND w.status IN ('pending', 'held')"
    " WHERE d.needs = tasks.id)"
)
_SINCE = "max(created_at, coalesce(not_before, 0))"
_TURN = (
    f"min({_SINCE} + priority * :ageing, coalesce(max(deadline, {_SINCE}) - :lead, 9223372036854775807))"
    f" - min({_WAITING}, {MOST_WAITING}) * :bonus"
)
READY_ORDERS = {
    "priority": "priority, id",
    "deadline": "deadline, priority, id",
    "fifo": "id",
    "dynamic": f"{_TURN}, id",
}
"""Policy to the ORDER BY of its page; the keys are those of `scheduler.policies.ORDERS`. The first two follow an index."""

_READY = (
    "status = 'pending' AND blocked_by = 0 AND kind <> 'report'"
    " AND coalesce(not_before, 0) <= :now AND coalesce(retry_at, 0) <= :now"
    " AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.task_id = tasks.id AND s.gone_at IS NULL AND s.seat_id IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.task_id = tasks.id AND r.protocol = 'plan_review'"
    "   AND r.status IN ('open', 'escalated', 'changes_requested'))"
)


def state(db: Database) -> ProjectState:
    """The project's own row."""
    with translated(db.path):
        row = db.execute("SELECT * FROM project WHERE id = 1").fetchone()
    return ProjectState(
        project=row["project"],
        epoch=row["epoch"],
        archived=bool(row["archived"]),
        paused_at=row["paused_at"],
        paused_by=row["paused_by"],
        pause_reason=row["pause_reason"],
    )


def changed_at(db: Database) -> int:
    """Epoch ms when the project's own row was written last: paused, resumed, put away."""
    with translated(db.path):
        (at,) = db.execute("SELECT updated_at FROM project WHERE id = 1").fetchone()
    return int(at)


def get_task(db: Database, task_id: int) -> Task:
    """One task. Raises NotFound."""
    with translated(db.path):
        row = db.execute("SELECT * FROM tasks WHERE id = ?", (task_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no task #{task_id}; `moziplus task list` shows them")
    return Task.from_row(row)


def list_tasks(
    db: Database,
    *,
    status: TaskStatus | None = None,
    tag: str | None = None,
    asked: Conditions = EVERY,
    limit: int = 200,
    after: int = 0,
) -> tuple[Task, ...]:
    """A page of tasks in the order of their ids, after the id `after`; of what is `asked` the conditions, not its words."""
    where = "".join(f" AND {condition}" for condition in asked.sql)
    if asked.sql:
        fold_case(db)
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM tasks t WHERE id > :after AND (:status IS NULL OR status = :status)"
            " AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = :tag))"
            f"{where} ORDER BY id LIMIT :limit",
            {"after": after, "status": str(status) if status else None, "tag": tag, "limit": limit, **asked.values},
        ).fetchall()
    return tuple(Task.from_row(row) for row in rows)


def ready_tasks(
    db: Database, *, order: str = "priority", now: int, limit: int = 100, policy: Policy | None = None
) -> tuple[Task, ...]:
    """A page of tasks that may be claimed now, in the order `order`; `policy` has the weights of `dynamic`.

    Raises UsageError for an unknown order.
    """
    weights = policy or Policy()
    asked = {
        "now": now,
        "limit": limit,
        "ageing": weights.ageing * 1000,
        "lead": weights.deadline_lead * 1000,
        "bonus": weights.waiting_bonus * 1000,
    }
    with translated(db.path):
        match order:
            case "priority":
                return _page(db, "INDEXED BY tasks_ready", "", READY_ORDERS["priority"], asked)
            case "deadline":
                dated = "AND deadline IS NOT NULL"
                page = _page(db, "INDEXED BY tasks_dated", dated, READY_ORDERS["deadline"], asked)
                asked["limit"] = limit - len(page)
                rest = asked["limit"] and _page(
                    db, "INDEXED BY tasks_ready", "AND deadline IS NULL", READY_ORDERS["priority"], asked
                )
                return page + (rest or ())
            case "fifo" | "dynamic":
                return _sorted_page(db, order, asked)
    raise UsageError(f"unknown daemon.policy {order!r}; known: {', '.join(READY_ORDERS)}")


def ready_among(db: Database, numbers: Collection[int], *, now: int) -> tuple[Task, ...]:
    """Those of these tasks that may be claimed now, in the order of their ids; asks nothing of none."""
    if not numbers:
        return ()
    query = f"SELECT * FROM tasks WHERE id IN (SELECT value FROM json_each(:numbers)) AND {_READY} ORDER BY id"
    with translated(db.path):
        rows = db.execute(query, {"numbers": json.dumps(sorted(numbers)), "now": now}).fetchall()
    return tuple(Task.from_row(row) for row in rows)


def _page(db: Database, index: str, where: str, order: str, asked: dict[str, int]) -> tuple[Task, ...]:
    rows = db.execute(f"SELECT * FROM tasks {index} WHERE {_READY} {where} ORDER BY {order} LIMIT :limit", asked)
    return tuple(Task.from_row(row) for row in rows.fetchall())


def _sorted_page(db: Database, order: str, asked: dict[str, int]) -> tuple[Task, ...]:
    """Where no index has the order, only numbers are sorted; the rows are fetched afterwards."""
    counted = f", {_WAITING} AS unblocks" if order == "dynamic" else ""
    rows = db.execute(
        f"SELECT id FROM tasks INDEXED BY tasks_ready WHERE {_READY} ORDER BY {READY_ORDERS[order]} LIMIT :limit", asked
    ).fetchall()
    ids = [row["id"] for row in rows]
    found = db.execute(
        f"SELECT *{counted} FROM tasks WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    ).fetchall()
    tasks = {row["id"]: Task.from_row(row) for row in found}
    return tuple(tasks[number] for number in ids)


def workload(db: Database) -> Workload:
    """What there is of open tasks, from indexes alone."""
    open_ = "status IN ('pending', 'working', 'review', 'held')"
    with translated(db.path):
        row = db.execute(
            f"SELECT (SELECT sum(n) FROM counts WHERE {open_}) AS nodes,"
            f" (SELECT coalesce(sum(blocked_by), 0) FROM tasks WHERE blocked_by > 0 AND {open_}) AS edges,"
            f" (SELECT count(*) FROM tasks WHERE deadline IS NOT NULL AND {open_}) AS dated,"
            f" (SELECT count(*) FROM tasks WHERE priority <= 1 AND {open_}) AS urgent"
        ).fetchone()
    return Workload(nodes=row["nodes"], edges=row["edges"], dated=row["dated"], urgent=row["urgent"])


def next_due(db: Database, now: int) -> int | None:
    """Epoch ms of the earliest moment after `now` at which a waiting task falls due (retry or date)."""
    with translated(db.path):
        (due,) = db.execute(
            "SELECT min(max(coalesce(retry_at, 0), coalesce(not_before, 0))) FROM tasks INDEXED BY tasks_ready"
            " WHERE status = 'pending'"
            " AND blocked_by = 0 AND max(coalesce(retry_at, 0), coalesce(not_before, 0)) > ?",
            (now,),
        ).fetchone()
    return None if due is None else int(due)


def next_retry(db: Database, now: int) -> int | None:
    """Epoch ms of the earliest retry of a task or a seat after `now`; dates do not count."""
    with translated(db.path):
        (due,) = db.execute(
            "SELECT min(at) FROM (SELECT retry_at AS at FROM tasks INDEXED BY tasks_ready"
            " WHERE status = 'pending' AND blocked_by = 0 AND coalesce(not_before, 0) <= :now"
            " UNION ALL SELECT retry_at FROM seats WHERE status = 'waiting')"
            " WHERE at > :now",
            {"now": now},
        ).fetchone()
    return None if due is None else int(due)


def tally(db: Database) -> Tally:
    """How many tasks have each status, as the triggers keep it."""
    with translated(db.path):
        rows = db.execute("SELECT status, n FROM counts").fetchall()
    return Tally(counts={TaskStatus(row["status"]): row["n"] for row in rows})


def dependencies(db: Database, task_id: int) -> tuple[Task, ...]:
    """The tasks that this one waits or waited for."""
    with translated(db.path):
        rows = db.execute(
            "SELECT tasks.* FROM dependencies JOIN tasks ON tasks.id = dependencies.needs WHERE task = ? ORDER BY tasks.id",
            (task_id,),
        ).fetchall()
    return tuple(Task.from_row(row) for row in rows)


def dependents(db: Database, task_id: int) -> tuple[Task, ...]:
    """The tasks that wait or waited for this one."""
    with translated(db.path):
        rows = db.execute(
            "SELECT tasks.* FROM dependencies JOIN tasks ON tasks.id = task WHERE dependencies.needs = ? ORDER BY tasks.id",
            (task_id,),
        ).fetchall()
    return tuple(Task.from_row(row) for row in rows)


def children(db: Database, task_id: int) -> tuple[Task, ...]:
    """The tasks whose parent is this one."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM tasks WHERE parent = ? ORDER BY id", (task_id,)).fetchall()
    return tuple(Task.from_row(row) for row in rows)
