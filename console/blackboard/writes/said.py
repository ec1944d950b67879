"""Owns what a session said once and for all (a submit, a verdict, a release): the same once more is harmless.

Other words never pass for what was said: whoever says them is told what stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from console.blackboard.connection import Database
from console.blackboard.writes.stamps import clean

__all__ = ("Said", "remember", "said_before", "was_said")

EXCERPT = 200
"""Characters of it that are told to whoever says something else."""


class Said:
    """One thing that a session says with its claim: which, under which fence, and in which words."""

    def __init__(self, what: str, session: str, fence: int, words: Mapping[str, Any], told: str) -> None:
        """`told` is the part of it that a person would know it by."""
        self.key = f"said:{what}:{session}:{fence}"
        text = json.dumps(dict(words), ensure_ascii=True, sort_keys=True, default=str)
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self.told = told[:EXCERPT]


def remember(db: Database, said: Said, *, now: int) -> None:
    """Keep it, in the transaction in which it takes effect."""
    answer = json.dumps({"digest": said.digest, "told": clean(said.told)}, ensure_ascii=False)
    db.execute("INSERT OR IGNORE INTO answers (key, answer, at) VALUES (?, ?, ?)", (said.key, answer, now))


def said_before(db: Database, said: Said) -> str | None:
    """What stands instead, where the session said something else; None where it said the same.

    Of what was said before this was kept nobody can tell, so it passes for the same.
    """
    row = db.execute("SELECT answer FROM answers WHERE key = ?", (said.key,)).fetchone()
    if row is None:
        return None
    kept = json.loads(row["answer"])
    return None if kept["digest"] == said.digest else str(kept["told"])


def was_said(db: Database, said: Said) -> bool:
    """Whether the session said just this before."""
    row = db.execute("SELECT answer FROM answers WHERE key = ?", (said.key,)).fetchone()
    return row is not None and json.loads(row["answer"])["digest"] == said.digest
