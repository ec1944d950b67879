"""Owns the question what tasks like one took before it. Bounded: the newest of its kind that are done."""

from __future__ import annotations

import json

from console.blackboard.connection import Database, translated
from console.records.likes import Like, Likely, likely
from console.records.task import Task

__all__ = ("likely_of",)

MOST = 500
"""Tasks that are looked at, the newest."""
_DONE = """
WITH done AS (
    SELECT id, role, tags FROM tasks NOT INDEXED
    WHERE status = 'done' AND kind = :kind AND id <> :task ORDER BY id DESC LIMIT :most)
SELECT
    sum(max(s.ended_at - coalesce(s.started_at, s.created_at), 0)) FILTER (WHERE s.seat_id IS NULL) AS busy_ms,
    sum(s.cost) AS cost,
    EXISTS (SELECT 1 FROM json_each(d.tags) a JOIN json_each(:tags) b ON a.value = b.value) AS tagged,
    coalesce(max(s.seat_id IS NULL AND s.agent = :agent), 0) AS same_agent,
    coalesce(d.role = :role, 0) AS same_role
FROM done d JOIN sessions s ON s.task_id = d.id AND s.ended_at IS NOT NULL GROUP BY d.id HAVING busy_ms IS NOT NULL"""


def likely_of(db: Database, task: Task) -> Likely | None:
    """What is to be expected of a task, by what its like took; None where too few were done."""
    given = {
        "task": task.id,
        "kind": task.kind,
        "tags": json.dumps(task.tags),
        "agent": task.assignee,
        "role": task.role,
        "most": MOST,
    }
    with translated(db.path):
        rows = db.execute(_DONE, given).fetchall()
    return likely(
        Like(
            busy_ms=row["busy_ms"],
            cost=row["cost"],
            tagged=bool(row["tagged"]),
            same_agent=bool(row["same_agent"]),
            same_role=bool(row["same_role"]),
        )
        for row in rows
    )
