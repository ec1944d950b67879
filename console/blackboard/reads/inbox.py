"""Owns the questions to the home's database about its inbox: the files that are tailed, and the messages read from them."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.inbox import InboxMessage, MessageStatus, Segment

__all__ = ("alert_since", "count_bad", "due", "find_message", "list_messages", "segments", "waiting", "writers_waiting")


def segments(db: Database) -> tuple[Segment, ...]:
    """Every file of the inbox that is not gone, the oldest first."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM segments WHERE state <> 'gone' ORDER BY id").fetchall()
    return tuple(Segment.from_row(row) for row in rows)


def waiting(db: Database) -> dict[str, int]:
    """Project (empty for the home itself) → messages that wait to be applied there."""
    with translated(db.path):
        rows = db.execute("SELECT project, count(*) FROM messages WHERE status = 'new' GROUP BY project").fetchall()
    return {row[0]: row[1] for row in rows}


def writers_waiting(db: Database) -> dict[str, int]:
    """Writer → messages of theirs that wait, in all projects."""
    with translated(db.path):
        rows = db.execute("SELECT writer, count(*) FROM messages WHERE status = 'new' GROUP BY writer").fetchall()
    return {row[0]: row[1] for row in rows}


def due(db: Database, project: str, *, share: int, limit: int) -> tuple[InboxMessage, ...]:
    """What `project` is to apply next, at most `limit` messages in the order in which they were written.

    Where several writers wait each has its part, `share` at least: a flood of one delays its own, not those of others.
    """
    writers = _writers(db, project, most=max(limit // share, 1))
    found: list[InboxMessage] = []
    with translated(db.path):
        for writer in writers:
            rows = db.execute(
                "SELECT * FROM messages WHERE status = 'new' AND project = ? AND writer = ? ORDER BY id LIMIT ?",
                (project, writer, limit // len(writers)),
            ).fetchall()
            found += [InboxMessage.from_row(row) for row in rows]
    return tuple(sorted(found, key=lambda message: message.id))


def _writers(db: Database, project: str, *, most: int) -> list[str]:
    """Those whose messages wait for the project: of too many, those whose message has waited longest."""
    with translated(db.path):
        rows = db.execute(
            "WITH RECURSIVE waiting (writer) AS (SELECT min(writer) FROM messages WHERE status = 'new' AND project = :project"
            " UNION ALL SELECT (SELECT min(writer) FROM messages WHERE status = 'new' AND project = :project"
            " AND writer > waiting.writer) FROM waiting WHERE writer IS NOT NULL)"
            " SELECT writer, (SELECT min(id) FROM messages WHERE status = 'new' AND project = :project"
            " AND writer = waiting.writer) AS first FROM waiting WHERE writer IS NOT NULL ORDER BY first LIMIT :most",
            {"project": project, "most": most},
        ).fetchall()
    return [row["writer"] for row in rows]


def list_messages(
    db: Database, *, statuses: tuple[MessageStatus, ...] = tuple(MessageStatus), limit: int = 50
) -> tuple[InboxMessage, ...]:
    """The newest messages in one of `statuses`, oldest first."""
    places = ", ".join("?" * len(statuses))
    with translated(db.path):
        rows = db.execute(
            f"SELECT * FROM messages WHERE status IN ({places}) ORDER BY id DESC LIMIT ?", (*statuses, limit)
        ).fetchall()
    return tuple(InboxMessage.from_row(row) for row in reversed(rows))


def find_message(db: Database, message_id: int) -> InboxMessage | None:
    """One message."""
    with translated(db.path):
        row = db.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else InboxMessage.from_row(row)


def count_bad(db: Database) -> dict[str, int]:
    """Writer → messages in quarantine."""
    with translated(db.path):
        rows = db.execute("SELECT writer, count(*) FROM messages WHERE status = 'bad' GROUP BY writer").fetchall()
    return {row[0]: row[1] for row in rows}


def alert_since(db: Database, cause: str) -> int | None:
    """When the open alert of this cause was raised (epoch ms), None where none is open."""
    with translated(db.path):
        row = db.execute("SELECT at FROM observations WHERE cause = ? AND ended_at IS NULL", (cause,)).fetchone()
    return None if row is None else int(row["at"])
