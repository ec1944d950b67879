"""Owns the question which asks went to the lead, and how each of them stands. It writes nothing."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.lead import Turn

__all__ = ("turns",)

_TURNS = """
SELECT a.id AS ask, t.id AS task_id, t.assignee AS agent, t.status, a.at AS asked_at, a.status = 'open' AS open,
    coalesce(json_extract(w.answer, '$.why'), '') AS why, coalesce(t.hold_reason, t.failure, '') AS said,
    EXISTS (SELECT 1 FROM sessions WHERE task_id = t.id AND ended_at IS NOT NULL) AS tried
FROM answers w JOIN asks a ON a.id = CAST(substr(w.key, 6) AS INTEGER)
JOIN tasks t ON t.id = json_extract(w.answer, '$.task') AND t.created_by = 'ask:' || a.id
WHERE w.key >= 'lead:' AND w.key < 'lead;' ORDER BY a.id"""


def turns(db: Database) -> tuple[Turn, ...]:
    """Those that are not over: the ask waits for an answer still, or the task by which the lead is asked has not ended."""
    with translated(db.path):
        return tuple(Turn.from_row(row) for row in db.execute(_TURNS))
