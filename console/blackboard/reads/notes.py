"""Owns the questions about what was said: comments, decisions, observations, open alerts."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.alert import Observation
from console.records.note import Comment, Decision

__all__ = (
    "acknowledged_alerts",
    "comments",
    "decisions",
    "is_acknowledged",
    "observations",
    "open_after",
    "open_alerts",
    "open_causes",
    "told_causes",
)


def comments(db: Database, task_id: int, *, limit: int = 200) -> tuple[Comment, ...]:
    """The newest comments on a task, oldest first."""
    with translated(db.path):
        rows = db.execute(
            "SELECT *, in_session AS session FROM (SELECT * FROM comments WHERE task_id = ? ORDER BY id DESC LIMIT ?)"
            " ORDER BY id",
            (task_id, limit),
        ).fetchall()
    return tuple(Comment.from_row(row) for row in rows)


def decisions(db: Database, *, limit: int = 50) -> tuple[Decision, ...]:
    """The newest decisions of the project, oldest first."""
    with translated(db.path):
        rows = db.execute(
            "SELECT *, in_session AS session FROM (SELECT * FROM decisions ORDER BY id DESC LIMIT ?) ORDER BY id",
            (limit,),
        ).fetchall()
    return tuple(Decision.from_row(row) for row in rows)


def observations(db: Database, *, limit: int = 200) -> tuple[Observation, ...]:
    """The newest observations, newest first; also on the home's database."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM observations ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
    return tuple(Observation.from_row(row) for row in rows)


def open_alerts(db: Database) -> tuple[Observation, ...]:
    """Alerts and observations of urgent and attention that nobody acknowledged and nothing ended, worst first.

    Also on the home's database.
    """
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM observations WHERE ended_at IS NULL AND acked_at IS NULL AND level IN ('urgent', 'attention')"
            " ORDER BY level = 'attention', at, id"
        ).fetchall()
    return tuple(Observation.from_row(row) for row in rows)


def acknowledged_alerts(db: Database) -> tuple[Observation, ...]:
    """Alerts that have not ended, and that somebody has acknowledged."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM observations WHERE ended_at IS NULL AND acked_at IS NOT NULL AND cause IS NOT NULL ORDER BY at, id"
        ).fetchall()
    return tuple(Observation.from_row(row) for row in rows)


def open_causes(db: Database) -> frozenset[str]:
    """The causes of all alerts that have not ended, acknowledged or not; also on the home's database."""
    return frozenset(told_causes(db))


def told_causes(db: Database) -> dict[str, str]:
    """The same, each with what its alert says."""
    with translated(db.path):
        rows = db.execute(
            "SELECT cause, body FROM observations WHERE cause IS NOT NULL AND ended_at IS NULL"
        ).fetchall()
    return {row["cause"]: row["body"] for row in rows}


def is_acknowledged(db: Database, cause: str) -> bool:
    """Whether somebody has seen the newest alert of a cause."""
    with translated(db.path):
        row = db.execute(
            "SELECT acked_at FROM observations WHERE cause = ? ORDER BY id DESC LIMIT 1", (cause,)
        ).fetchone()
    return row is not None and row["acked_at"] is not None


def open_after(db: Database, after: int, *, limit: int = 1000) -> tuple[int, tuple[Observation, ...]]:
    """The highest number that was looked at, and the observations above `after` that are open, oldest first.

    Also on the home's database.
    """
    with translated(db.path):
        (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM observations").fetchone()
        rows = db.execute(
            "SELECT * FROM observations WHERE id > ? AND id <= ? AND ended_at IS NULL AND acked_at IS NULL ORDER BY id LIMIT ?",
            (after, newest, limit),
        ).fetchall()
    found = tuple(Observation.from_row(row) for row in rows)
    return (found[-1].id if len(found) == limit else newest), found
