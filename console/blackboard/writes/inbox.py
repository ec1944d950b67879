"""Owns the inbox's writes: lines taken together with the offset behind them, messages settled, and each applied once.

Files and the meaning of messages are not known here.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from console.blackboard.connection import Database, write
from console.blackboard.reads.inbox import find_message
from console.crash import crash_point
from console.errors import Conflict, MoziError, NotFound, StaleFence, Unavailable
from console.records.inbox import InboxMessage, MessageStatus, Segment, SegmentState

__all__ = (
    "Taken",
    "apply_once",
    "follow_segment",
    "forget_messages",
    "register_segment",
    "retry_message",
    "set_segment",
    "settle",
    "take_lines",
)

TWICE = "it was applied before: the same id was sent twice"
STALE = "recorded only: "


class Taken(NamedTuple):
    """A line as it is stored."""

    msg_key: str
    project: str
    kind: str
    writer: str
    body: str
    status: str
    reason: str | None
    at: int


def register_segment(
    db: Database, *, dev: int, ino: int, name: str, state: SegmentState, replaces: int | None = None, now: int
) -> Segment:
    """Begin to tail a file from its first byte; `replaces` is the segment that had its number before."""
    with write(db, durable=True):
        if replaces is not None:
            db.execute("UPDATE segments SET state = 'gone' WHERE id = ?", (replaces,))
        done = db.execute(
            "INSERT INTO segments (mark, dev, ino, name, state, first_seen, last_growth) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (uuid.uuid4().hex[:12], dev, ino, name, str(state), now, now),
        )
    return Segment.from_row(db.execute("SELECT * FROM segments WHERE id = ?", (done.lastrowid,)).fetchone())


def set_segment(db: Database, segment_id: int, *, name: str, state: SegmentState) -> None:
    """Where a file is now, and how it stands."""
    with write(db):
        db.execute("UPDATE segments SET name = ?, state = ? WHERE id = ?", (name, str(state), segment_id))


def follow_segment(db: Database, segment_id: int, *, dev: int, ino: int) -> None:
    """The file has another number now: disks are numbered anew at a start, and a home may be copied to another one."""
    with write(db, durable=True):
        db.execute("UPDATE segments SET dev = ?, ino = ? WHERE id = ?", (dev, ino, segment_id))


def take_lines(
    db: Database, segment: Segment, lines: Sequence[Taken], *, offset: int, head: str, skipping: bool, now: int
) -> None:
    """Store `lines` and the offset behind them, both or neither, so that a line is neither lost nor read twice.

    Raises Conflict where the segment is no longer as it was when the lines were read: somebody else took them.
    """
    with write(db, durable=True):
        done = db.execute(
            "UPDATE segments SET offset = ?, head = ?, skipping = ?, last_growth = ? WHERE id = ? AND offset = ?",
            (offset, head, int(skipping), now, segment.id, segment.offset),
        )
        if done.rowcount != 1:
            raise Conflict(f"another program has read {segment.name} meanwhile; nothing was taken")
        db.executemany(
            "INSERT INTO messages (msg_key, project, kind, writer, body, status, reason, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            lines,
        )
        crash_point("inbox.take.before_commit")
    crash_point("inbox.take.after_commit")


def apply_once(
    db: Database, message: InboxMessage, effect: Callable[[], str | None], *, now: int
) -> tuple[MessageStatus, str | None]:
    """Let `effect` happen unless the message's key took effect here before; what became of it, and why.

    To be called inside one `write`: the key and the effect are committed together. What the effect refuses leaves no
    trace but its reason; Unavailable goes on to the caller, whose transaction then ends.
    """
    db.execute("SAVEPOINT message")
    try:
        done = db.execute(
            "INSERT INTO applied_messages (msg_key, at) VALUES (?, ?) ON CONFLICT DO NOTHING", (message.msg_key, now)
        )
        if done.rowcount == 0:
            db.execute("RELEASE message")
            return MessageStatus.DONE, TWICE
        said = effect()
        db.execute("RELEASE message")
        return MessageStatus.DONE, said
    except Exception as error:  # whatever one message does, those behind it go on
        if _of_the_database(error):
            raise
        db.execute("ROLLBACK TO message")
        db.execute("RELEASE message")
        if isinstance(error, StaleFence):
            return MessageStatus.DONE, f"{STALE}{error}"
        if isinstance(error, MoziError):
            return MessageStatus.BAD, str(error)
        return MessageStatus.BAD, f"it could not be applied ({type(error).__name__})"


def _of_the_database(error: Exception) -> bool:
    """It is the database that fails, not the message: the same message may well be applied later."""
    if isinstance(error, sqlite3.DatabaseError):
        return not isinstance(error, sqlite3.IntegrityError | sqlite3.DataError)
    return isinstance(error, Unavailable)


def settle(db: Database, settled: Iterable[tuple[int, MessageStatus, str | None]]) -> None:
    """Remember what became of messages: (id, status, reason). Those settled already stay as they are."""
    rows = [(str(status), reason, message_id) for message_id, status, reason in settled]
    with write(db):
        db.executemany("UPDATE messages SET status = ?, reason = ? WHERE id = ? AND status = 'new'", rows)
        crash_point("inbox.settle.before_commit")


def retry_message(
    db: Database, message_id: int, *, project: str, kind: str, writer: str, body: str, msg_key: str
) -> None:
    """Let a message in quarantine wait again, as it is understood now. Raises NotFound, Conflict where it is not there."""
    with write(db, durable=True):
        message = find_message(db, message_id)
        if message is None:
            raise NotFound(f"there is no message {message_id} in the inbox; `moziplus inbox show` lists them")
        if message.status != MessageStatus.BAD:
            raise Conflict(f"message {message_id} is {message.status}, not in quarantine")
        db.execute(
            "UPDATE messages SET status = 'new', reason = NULL, project = ?, kind = ?, writer = ?, body = ?, msg_key = ?"
            " WHERE id = ?",
            (project, kind, writer, body, msg_key, message_id),
        )


def forget_messages(db: Database, *, done_before: int, bad_before: int, limit: int = 5000) -> int:
    """Delete messages that were settled and read before these moments (epoch ms), at most `limit`; returns how many."""
    with write(db):
        done = db.execute(
            "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE (status = 'done' AND at < ?)"
            " OR (status = 'bad' AND at < ?) ORDER BY id LIMIT ?)",
            (done_before, bad_before, limit),
        )
    return done.rowcount
