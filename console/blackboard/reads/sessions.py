"""Owns the questions about sessions: one, those whose slot is not free, those of a task, the newest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.blackboard.connection import Database, translated
from console.blackboard.reads.wanted import having
from console.errors import NotFound, UsageError
from console.records.session import Session

__all__ = (
    "asked_to_stop",
    "count_sessions",
    "find_ended",
    "find_session",
    "get_session",
    "present_among",
    "present_sessions",
    "recent_sessions",
    "sessions_of",
)


def get_session(db: Database, session_id: str) -> Session:
    """One session. Raises NotFound."""
    with translated(db.path):
        row = db.execute("SELECT * FROM sessions WHERE id = ?", (session_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no session {session_id}; `moziplus session list` shows them")
    return Session.from_row(row)


def find_session(db: Database, start: str) -> Session | None:
    """The session whose id begins with `start`, None where there is none. Raises UsageError where several do."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM sessions WHERE substr(id, 1, ?) = ? LIMIT 2", (len(start), start)).fetchall()
    if len(rows) > 1:
        raise UsageError(f"several sessions begin with {start}; give more of the id")
    return Session.from_row(rows[0]) if rows else None


def present_sessions(db: Database) -> tuple[Session, ...]:
    """Every session whose slot is not free yet."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM sessions WHERE gone_at IS NULL ORDER BY rowid").fetchall()
    return tuple(Session.from_row(row) for row in rows)


def asked_to_stop(db: Database, task_id: int) -> tuple[Session, ...]:
    """The sessions on a task and on its review seats that are to stop and whose slot is not free yet."""
    sql = "SELECT * FROM sessions WHERE task_id = ? AND gone_at IS NULL AND stop_reason IS NOT NULL ORDER BY rowid"
    with translated(db.path):
        rows = db.execute(sql, (task_id,)).fetchall()
    return tuple(Session.from_row(row) for row in rows)


def present_among(db: Database, sessions: Iterable[str]) -> dict[str, bool]:
    """Which of these sessions the blackboard knows, and whether their slot is not free yet."""
    with translated(db.path):
        rows = [db.execute("SELECT id, gone_at FROM sessions WHERE id = ?", (each,)).fetchone() for each in sessions]
    return {row["id"]: row["gone_at"] is None for row in rows if row is not None}


def has_written(db: Database, session_id: str) -> bool:
    """Whether its agent has written anything on the blackboard."""
    mine = "SELECT 1 FROM events WHERE session = ? AND origin = 'agent'"
    mine += " AND NOT (entity = 'session' AND kind IN ('status', 'word'))"  # those are its runner's
    row = db.execute(f"SELECT EXISTS ({mine})", (session_id,)).fetchone()
    return bool(row[0])


def sessions_of(db: Database, task_id: int, *, limit: int = 50) -> tuple[Session, ...]:
    """The newest sessions on a task and on its review seats, oldest first."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM (SELECT rowid, * FROM sessions WHERE task_id = ? ORDER BY rowid DESC LIMIT ?)"
            " ORDER BY rowid",
            (task_id, limit),
        ).fetchall()
    return tuple(Session.from_row(row) for row in rows)


def recent_sessions(db: Database, *, limit: int = 50, agent: str | None = None) -> tuple[Session, ...]:
    """The newest sessions of the project, newest first."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM sessions WHERE (:agent IS NULL OR agent = :agent) ORDER BY rowid DESC LIMIT :limit",
            {"agent": agent, "limit": limit},
        ).fetchall()
    return tuple(Session.from_row(row) for row in rows)


def find_ended(
    db: Database, project: str, words: str, agents: Mapping[str, str], *, limit: int = 100
) -> tuple[Session, ...]:
    """The newest ended sessions that have every word: in the agent's id or its name in `agents`, `project#task`, the title."""
    said = "s.agent || ' ' || :project || '#' || s.task_id || ' ' || t.title"
    where, values = having(db, words, said, "s.agent", agents)
    with translated(db.path):
        rows = db.execute(
            "SELECT s.* FROM sessions s JOIN tasks t ON t.id = s.task_id"
            f" WHERE s.gone_at IS NOT NULL AND {where} ORDER BY s.rowid DESC LIMIT :limit",
            {**values, "project": project, "limit": limit},
        ).fetchall()
    return tuple(Session.from_row(row) for row in rows)


def count_sessions(db: Database) -> int:
    """How many there have been."""
    with translated(db.path):
        (count,) = db.execute("SELECT count(*) FROM sessions").fetchone()
    return int(count)
