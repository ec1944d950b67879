"""Owns the question what became of one task: its newest events, where its time went, and what it used. Bounded, by an index."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.usage import used_by_task
from console.records.event import Event
from console.records.task import TaskStatus
from console.records.task_history import TaskHistory, stretches

__all__ = ("LEFT", "task_history")

LEFT = 300
"""Events that are given: the newest."""
MOST = 5_000
"""Changes of status that are looked at."""
_TOLD = """
task = :task AND NOT (entity = 'session' AND kind IN ('word', 'usage', 'gone')) AND NOT (entity = 'task' AND kind = 'fence')
AND NOT (entity = 'worktree' AND kind = 'kept')"""
_STATUSES = """
SELECT at, old, new FROM events WHERE task = :task AND entity = 'task' AND kind IN ('created', 'status')
ORDER BY seq LIMIT :most"""
_REVIEWS = """
SELECT e.id, e.at, e.kind, e.old, e.new, r.escalated_to FROM events e LEFT JOIN reviews r ON r.id = CAST(e.id AS INTEGER)
WHERE e.task = :task AND e.entity = 'review' AND e.kind IN ('status', 'escalated') ORDER BY e.seq LIMIT :most"""
_ASKS = """
SELECT at, answered_at FROM asks WHERE task_id = :task AND (status = 'open' OR answered_how = 'person')
ORDER BY id LIMIT :most"""


def task_history(db: Database, task_id: int, *, now: int) -> TaskHistory:
    """All that became of it. Raises NotFound."""
    task = get_task(db, task_id)
    given = {"task": task_id, "most": MOST, "left": LEFT}
    with translated(db.path):
        rows = db.execute(f"SELECT * FROM events WHERE {_TOLD} ORDER BY seq DESC LIMIT :left", given).fetchall()
        (every,) = db.execute(f"SELECT count(*) FROM events WHERE {_TOLD}", given).fetchone()
        changed = db.execute(_STATUSES, given).fetchall()
        asks = [(row["at"], row["answered_at"] or now) for row in db.execute(_ASKS, given)]
        escalated = _escalated(db, given, now)
    statuses = [(row["at"], TaskStatus(row["new"])) for row in changed]
    if changed and changed[0]["old"] is not None:  # what came before is no longer in the feed
        statuses.insert(0, (task.created_at, TaskStatus(changed[0]["old"])))
    if not statuses:
        statuses = [(task.created_at, task.status)]
    return TaskHistory(
        events=tuple(Event.from_row(row) for row in reversed(rows)),
        left_out=every - len(rows),
        stretches=stretches(statuses, [*asks, *escalated], now),
        used=used_by_task(db, task_id),
    )


def _escalated(db: Database, given: dict[str, int], now: int) -> list[tuple[int, int]]:
    """When its reviews waited for the operator. To whom one went first is told by where it went on from."""
    since: dict[str, tuple[int, str]] = {}
    found: list[tuple[int, int]] = []
    for row in db.execute(_REVIEWS, given).fetchall():
        if row["id"] in since:
            begin, to = since.pop(row["id"])
            if row["kind"] == "status" or row["old"] == "operator":
                found += [(begin, row["at"])] if to == "operator" or row["old"] == "operator" else []
        if row["kind"] == "status" and row["new"] == "escalated":
            since[row["id"]] = row["at"], row["escalated_to"] or "operator"
        elif row["kind"] == "escalated" and row["new"] == "operator":
            since[row["id"]] = row["at"], "operator"
    found += [(begin, now) for begin, to in since.values() if to == "operator"]
    return found
