"""Owns the writes on the home's own database: the scheduler's status, pause and e-stop flags, requests, what was seen."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from console.blackboard.changes import Cursor
from console.blackboard.connection import Database, write
from console.blackboard.reads.home import request
from console.blackboard.writes.stamps import clean, clean_tree
from console.records.actor import Actor
from console.records.request import Request, RequestKind

__all__ = ("answer", "ask", "clear_flag", "forget_requests", "mark_seen", "publish_status", "set_flag")


def publish_status(db: Database, status: Mapping[str, Any], *, now: int) -> None:
    """Replace the scheduler's one row; called on change and at most once a second."""
    text = json.dumps(status, ensure_ascii=False)
    with write(db):
        db.execute(
            "INSERT INTO scheduler (id, status, updated_at) VALUES (1, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at",
            (text, now),
        )


def set_flag(db: Database, name: str, *, reason: str | None = None, by: Actor, now: int) -> None:
    """Raise `pause` or `estop`; raising it twice keeps the first."""
    with write(db, durable=True):
        if db.execute("SELECT 1 FROM flags WHERE name = ?", (name,)).fetchone() is None:
            db.execute(
                "INSERT INTO flags (name, at, actor, reason) VALUES (?, ?, ?, ?)", (name, now, by.name, clean(reason))
            )


def clear_flag(db: Database, name: str) -> bool:
    """Lower a flag; False where it was down."""
    with write(db, durable=True):
        done = db.execute("DELETE FROM flags WHERE name = ?", (name,))
    return done.rowcount == 1


def ask(
    db: Database, kind: RequestKind, args: Mapping[str, Any], *, by: Actor, now: int, request_id: str | None = None
) -> Request:
    """Leave a request for whoever is in charge. The same id again gives the same request."""
    wanted = request_id or str(uuid.uuid4())
    with write(db, durable=True):
        if request(db, wanted) is None:
            db.execute(
                "INSERT INTO requests (id, kind, args, actor, origin, at) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    wanted,
                    str(kind),
                    json.dumps(clean_tree(dict(args)), ensure_ascii=False),
                    by.name,
                    str(by.origin),
                    now,
                ),
            )
    found = request(db, wanted)
    assert found is not None
    return found


def answer(db: Database, request_id: str, outcome: str, *, now: int) -> None:
    """Give a request its outcome; the first one stays."""
    with write(db):
        db.execute(
            "UPDATE requests SET outcome = ?, outcome_at = ? WHERE id = ? AND outcome_at IS NULL",
            (clean(outcome), now, request_id),
        )


def forget_requests(db: Database, *, before: int) -> int:
    """Delete answered requests from before `before` (epoch ms); returns how many."""
    with write(db):
        done = db.execute("DELETE FROM requests WHERE outcome_at < ?", (before,))
    return done.rowcount


def mark_seen(db: Database, project: str, cursor: Cursor, *, now: int) -> None:
    """Remember what a console has shown last of a project, for the greeting of the next one."""
    with write(db):
        db.execute(
            "INSERT INTO seen (project, epoch, seq, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (project) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, at = excluded.at",
            (project, cursor.epoch, cursor.seq, now),
        )
