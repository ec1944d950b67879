"""Owns the question which conversation a session may go on with: the newest of its own agent in its own part of the work.

Author and reviewer never have one in common, nor have the seats of two reviews, and nobody goes on with one that somebody
may still hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.connection import Database, translated
from console.records.session import Session

__all__ = ("Conversation", "conversation_before")

_PART = """
task_id = :task AND agent = :agent AND backend = :backend AND id <> :id AND CASE WHEN :seat IS NULL THEN seat_id IS NULL
ELSE seat_id IN (SELECT theirs.id FROM seats theirs JOIN seats mine ON mine.id = :seat
    WHERE theirs.review_id = mine.review_id AND theirs.reviewer = mine.reviewer AND theirs.kind = mine.kind) END"""

_OTHERS = """
SELECT DISTINCT agent FROM sessions WHERE task_id = :task AND agent <> :agent AND seat_id IS NULL AND :seat IS NULL
AND created_at >= :since AND started_at IS NOT NULL AND (status <> 'failed' OR counted) ORDER BY agent"""
"""Whoever its provider refused has done nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation, as its agent's own program has it."""

    id: str
    """By the program's own name."""
    first: Session
    """The session that began it."""
    last: Session
    """The newest session in which its model answered."""
    newest: Session
    """The newest session of the agent on this part of the work, whether it came to an answer or not."""
    tokens: int
    cost: float
    """What all its sessions used together, as it is recorded."""
    heard: int
    """The newest comment that its agent was told of while it worked."""
    edited: bool
    """The task was changed since."""
    others: tuple[str, ...] = ()
    """Who else worked on the task itself since, where that is what its agent works on."""


def conversation_before(db: Database, session: Session) -> Conversation | None:
    """The one that `session` may go on with; None where there is none."""
    given = {
        "task": session.task_id,
        "agent": session.agent,
        "backend": session.backend,
        "id": session.id,
        "seat": session.seat_id,
    }
    with translated(db.path):
        rows = db.execute(f"SELECT * FROM sessions WHERE {_PART} ORDER BY rowid DESC LIMIT 100", given).fetchall()
        found = [Session.from_row(row) for row in rows]
        last = next((one for one in found if one.external_id is not None), None)
        if last is None or last.external_id is None or any(one.gone_at is None for one in found):
            return None
        same = [one for one in found if one.external_id == last.external_id]
        (heard,) = db.execute(
            "SELECT coalesce(max(comment), 0) FROM heard WHERE session IN (SELECT id FROM sessions WHERE external_id = ?)",
            (last.external_id,),
        ).fetchone()
        (edited,) = db.execute(
            "SELECT EXISTS (SELECT 1 FROM events WHERE task = ? AND entity = 'task' AND kind = 'edited' AND at >= ?"
            " AND actor <> ?)",
            (session.task_id, last.created_at, session.agent),
        ).fetchone()
        others = db.execute(_OTHERS, given | {"since": last.created_at}).fetchall()
    return Conversation(
        id=last.external_id,
        first=same[-1],
        last=last,
        newest=found[0],
        tokens=sum(one.tokens for one in same),
        cost=sum(one.cost for one in same),
        heard=heard,
        edited=bool(edited),
        others=tuple(row["agent"] for row in others),
    )
