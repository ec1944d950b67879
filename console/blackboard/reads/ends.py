"""Owns the questions about tasks that came to an end which has not taken effect yet: approved plans, failures with a rule.

Also what a project has used so far, against which plans are held.
"""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.budget import Usage
from console.records.task import Task

__all__ = ("failures_to_follow", "plans_to_apply", "used_so_far")

_PLANS = """
SELECT * FROM tasks INDEXED BY tasks_unapplied WHERE kind = 'plan' AND applied_at IS NULL AND status = 'done' AND kind <> 'work'
ORDER BY id LIMIT ?"""
_FAILURES = """
SELECT * FROM tasks INDEXED BY tasks_status WHERE status = 'failed' AND on_failure <> 'ask' AND applied_at IS NULL
ORDER BY id LIMIT ?"""


def plans_to_apply(db: Database, *, limit: int = 50) -> tuple[Task, ...]:
    """Planning tasks that are done and whose plan has not become tasks yet."""
    return _tasks(db, _PLANS, limit)


def failures_to_follow(db: Database, *, limit: int = 50) -> tuple[Task, ...]:
    """Failed tasks that say what follows, where it has not followed yet."""
    return _tasks(db, _FAILURES, limit)


def used_so_far(db: Database) -> Usage:
    """What all sessions of the project have used since its beginning."""
    with translated(db.path):
        row = db.execute("SELECT sessions, tokens, cost FROM usage WHERE bucket = 0").fetchone()
    return Usage(sessions=row["sessions"], tokens=row["tokens"], cost=row["cost"])


def _tasks(db: Database, sql: str, limit: int) -> tuple[Task, ...]:
    with translated(db.path):
        rows = db.execute(sql, (limit,)).fetchall()
    return tuple(Task.from_row(row) for row in rows)
