"""Owns the one look that every call of an agent can afford: was anything said to it that it has not heard?"""

from __future__ import annotations

import sqlite3

__all__ = ("anything_unheard",)

_ANY = """
SELECT EXISTS (SELECT 1 FROM asks WHERE session = :session AND status <> 'open' AND heard_at IS NULL)
    OR EXISTS (SELECT 1 FROM sessions s JOIN comments c ON c.task_id = s.task_id WHERE s.id = :session
        AND c.id > coalesce((SELECT comment FROM heard WHERE session = s.id), 0) AND c.at > s.created_at
        AND c.actor <> s.agent AND c.comment_type <> 'system')"""


def anything_unheard(db: sqlite3.Connection, session: str) -> bool:
    """Whether `reads.asks.unheard` finds anything."""
    (found,) = db.execute(_ANY, {"session": session}).fetchone()
    return bool(found)
