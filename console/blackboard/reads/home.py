"""Owns the questions to the home's own database: the scheduler's status, flags, requests, what was seen."""

from __future__ import annotations

import json
from typing import Any

from console.blackboard.changes import Cursor
from console.blackboard.connection import Database, translated
from console.records.fitness import Away
from console.records.request import Request, RequestKind

__all__ = ("away", "drains", "flags", "open_requests", "request", "scheduler_status", "seen")


def scheduler_status(db: Database) -> dict[str, Any] | None:
    """The scheduler's last word on itself, with `updated_at` in epoch ms; None where none has run yet."""
    with translated(db.path):
        row = db.execute("SELECT status, updated_at FROM scheduler WHERE id = 1").fetchone()
    if row is None:
        return None
    status: dict[str, Any] = json.loads(row["status"])
    return status | {"updated_at": row["updated_at"]}


def flags(db: Database) -> dict[str, dict[str, Any]]:
    """The flags that are up: name to at (epoch ms), actor, reason."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM flags").fetchall()
    return {row["name"]: {"at": row["at"], "actor": row["actor"], "reason": row["reason"]} for row in rows}


def open_requests(db: Database) -> tuple[Request, ...]:
    """What is asked and not answered, oldest first."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM requests WHERE outcome_at IS NULL ORDER BY at, id").fetchall()
    return tuple(Request.from_row(row) for row in rows)


def drains(db: Database) -> frozenset[str]:
    """Ids of the drains that were asked for, answered or not."""
    with translated(db.path):
        rows = db.execute("SELECT id FROM requests WHERE kind = ?", (str(RequestKind.DRAIN),)).fetchall()
    return frozenset(row["id"] for row in rows)


def request(db: Database, request_id: str) -> Request | None:
    """One request."""
    with translated(db.path):
        row = db.execute("SELECT * FROM requests WHERE id = ?", (request_id,)).fetchone()
    return None if row is None else Request.from_row(row)


def seen(db: Database) -> dict[str, Cursor]:
    """Project to the last place of its feed that a console has shown."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM seen").fetchall()
    return {row["project"]: Cursor(epoch=row["epoch"], seq=row["seq"]) for row in rows}


def away(db: Database) -> dict[str, Away]:
    """Agents that are away, by id. One whose alert was acknowledged since is not: the operator says that it is mended."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM away a WHERE NOT EXISTS (SELECT 1 FROM observations o WHERE o.cause = 'sign-in:' || a.agent"
            " AND o.acked_at >= a.since)"
        ).fetchall()
    return {row["agent"]: Away.from_row(row) for row in rows}
