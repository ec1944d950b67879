"""Owns the questions about asks: which wait for an answer, which belong to a task, and what an agent was not told yet."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.errors import NotFound
from console.records.ask import BLACKBOARD, HEARD_HERE, Answered, Ask
from console.records.note import Comment

ASKER = "coalesce((SELECT agent FROM sessions WHERE id = a.session), a.asked_by, a.actor) AS asker"
"""Who asks."""
ASK_ROWS = f"SELECT a.*, {ASKER} FROM asks a"
"""Each as its record has it."""

__all__ = (
    "ASKER",
    "ASK_ROWS",
    "Unheard",
    "asks_of",
    "get_ask",
    "list_asks",
    "may_be_overruled",
    "next_expiry",
    "open_by_session",
    "open_asks",
    "unheard",
    "unsent_asks",
    "waited",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """What was said to an agent since it heard of anything last."""

    asks: tuple[Ask, ...] = ()
    """Its own, that were settled meanwhile."""
    comments: tuple[Comment, ...] = ()
    """On its task, by others."""

    def __bool__(self) -> bool:
        return bool(self.asks or self.comments)


def get_ask(db: Database, ask_id: int) -> Ask:
    """The ask. Raises NotFound."""
    with translated(db.path):
        row = db.execute(f"{ASK_ROWS} WHERE a.id = ?", (ask_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no ask #{ask_id}; `moziplus ask list --all` shows them")
    return Ask.from_row(row)


def open_asks(db: Database) -> tuple[Ask, ...]:
    """Those that wait for an answer, oldest first."""
    with translated(db.path):
        rows = db.execute(f"{ASK_ROWS} WHERE a.status = 'open' ORDER BY a.at, a.id").fetchall()
    return tuple(Ask.from_row(row) for row in rows)


def open_by_session(db: Database) -> dict[str, tuple[int, ...]]:
    """Session → its asks that wait for an answer."""
    sql = "SELECT session, id FROM asks WHERE status = 'open' AND session IS NOT NULL ORDER BY id"
    found: dict[str, tuple[int, ...]] = {}
    with translated(db.path):
        for row in db.execute(sql):
            found[row["session"]] = (*found.get(row["session"], ()), row["id"])
    return found


def list_asks(db: Database, *, limit: int = 200) -> tuple[Ask, ...]:
    """The newest of all, newest first."""
    with translated(db.path):
        rows = db.execute(f"{ASK_ROWS} ORDER BY a.id DESC LIMIT ?", (limit,)).fetchall()
    return tuple(Ask.from_row(row) for row in rows)


def asks_of(db: Database, task_id: int, *, limit: int = 100, leave: bool = True) -> tuple[Ask, ...]:
    """The newest of a task, oldest first. Without `leave`, those are left out that agents asked leave by, in passing."""
    only = "" if leave else f" AND (a.kind <> 'approval' OR a.source = '{BLACKBOARD}')"
    with translated(db.path):
        rows = db.execute(
            f"SELECT * FROM ({ASK_ROWS} WHERE a.task_id = ?{only} ORDER BY a.id DESC LIMIT ?) ORDER BY id",
            (task_id, limit),
        ).fetchall()
    return tuple(Ask.from_row(row) for row in rows)


def unsent_asks(db: Database, session: str, source: str) -> tuple[Ask, ...]:
    """Those of a session that came by this door and are open, or settled without that having been told there."""
    with translated(db.path):
        rows = db.execute(
            f"{ASK_ROWS} WHERE a.session = ? AND a.source = ? AND a.heard_at IS NULL ORDER BY a.id", (session, source)
        ).fetchall()
    return tuple(Ask.from_row(row) for row in rows)


def waited(db: Database, session: str, now: int) -> int:
    """Milliseconds for which a session could not go on before an answer, where it did not choose to wait itself."""
    rows = db.execute(
        "SELECT at, min(coalesce(answered_at, :now), :now) AS until FROM asks"
        " WHERE session = :session AND source NOT IN ('blackboard', 'comment') ORDER BY at",
        {"session": session, "now": now},
    ).fetchall()
    total, reached = 0, 0
    for row in rows:
        total += max(0, row["until"] - max(row["at"], reached))
        reached = max(reached, row["until"])
    return total


def may_be_overruled(db: Database, ask: Ask) -> bool:
    """It has the lead's answer, and nobody heard that: neither its agent nor who was started with it."""
    if ask.answered_how != Answered.LEAD or ask.heard_at is not None or ask.source not in HEARD_HERE:
        return False
    heard = "SELECT 1 FROM sessions WHERE task_id = ? AND seat_id IS NULL AND created_at >= ?"
    return db.execute(heard, (ask.task_id, ask.answered_at)).fetchone() is None


def next_expiry(db: Database, now: int) -> int | None:
    """Epoch ms at which the next one expires that has not yet."""
    with translated(db.path):
        (at,) = db.execute(
            "SELECT min(expires_at) FROM asks WHERE status = 'open' AND expires_at > ?", (now,)
        ).fetchone()
    return None if at is None else int(at)


def unheard(db: Database, session: str) -> Unheard:
    """What the agent of this session was not told yet: answers to what it asked here, and comments of others on its task."""
    asks = db.execute(
        f"{ASK_ROWS} WHERE a.session = ? AND a.source IN ('blackboard', 'comment') AND a.status <> 'open'"
        " AND a.heard_at IS NULL ORDER BY a.id",
        (session,),
    ).fetchall()
    said = db.execute(
        "SELECT c.*, c.in_session AS session FROM comments c JOIN sessions s ON s.id = ? AND c.task_id = s.task_id"
        " WHERE c.id > coalesce((SELECT comment FROM heard WHERE session = s.id), 0) AND c.at > s.created_at"
        " AND c.actor <> s.agent AND c.comment_type <> 'system' ORDER BY c.id LIMIT 20",
        (session,),
    ).fetchall()
    return Unheard(asks=tuple(map(Ask.from_row, asks)), comments=tuple(map(Comment.from_row, said)))
