"""Owns the change feed's reading: what happened since a cursor. Cursors are opaque to everyone else."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.records.event import Event

__all__ = ("Changes", "Cursor", "changes", "data_version", "head")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in the feed of one life of a database."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What happened after a cursor, oldest first, and where to go on."""

    events: tuple[Event, ...]
    cursor: Cursor
    reload: bool = False
    """The cursor belongs to another epoch, or the feed was cut behind it: read everything anew."""


def head(db: Database) -> Cursor:
    """The newest place in the feed."""
    with translated(db.path):
        (seq,) = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    return Cursor(epoch=_epoch(db), seq=seq)


def changes(db: Database, cursor: Cursor, limit: int = 500) -> Changes:
    """At most `limit` events after `cursor`; an empty tuple where there are none."""
    with translated(db.path):
        epoch = _epoch(db)
        if epoch != cursor.epoch:
            return Changes(events=(), cursor=head(db), reload=True)
        rows = db.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (cursor.seq, limit)).fetchall()
        (oldest,) = db.execute("SELECT min(seq) FROM events").fetchone()
    if oldest is not None and oldest > cursor.seq + 1:
        return Changes(events=(), cursor=head(db), reload=True)
    events = tuple(Event.from_row(row) for row in rows)
    return Changes(events=events, cursor=Cursor(epoch=epoch, seq=events[-1].seq if events else cursor.seq))


def data_version(db: Database) -> int:
    """A number that moves when another connection has committed; not comparable between connections."""
    with translated(db.path):
        (version,) = (db.original or db).execute("PRAGMA data_version").fetchone()
    return int(version)


def _epoch(db: Database) -> str:
    """The home's database has no project row and one epoch for ever."""
    if db.path.name != "blackboard.db":
        return "home"
    (epoch,) = db.execute("SELECT epoch FROM project WHERE id = 1").fetchone()
    return str(epoch)
