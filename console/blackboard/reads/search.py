"""Owns the search for a text in what stands on a blackboard: tasks, comments, findings, decisions, the newest first.

It writes nothing, and reads each kind no further than to as many places as are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from console.blackboard.connection import Database, translated

__all__ = ("KINDS", "Hit", "hits")


class Hit(NamedTuple):
    """A place where the text stands."""

    kind: str
    """One of KINDS."""
    id: int
    """The task, the comment, the verdict of the finding, or the decision."""
    task: int | None
    by: str
    at: int
    """Epoch ms."""
    text: str
    """All that was written there."""


KINDS: Mapping[str, str] = {
    "task": "SELECT id, id AS task, created_by AS actor, created_at AS at, title || char(10) || body AS text FROM tasks"
    " WHERE (:anybody OR created_by = :who) AND ({title} OR {body}) ORDER BY id DESC LIMIT :limit",
    "comment": "SELECT id, task_id AS task, actor, at, body AS text FROM comments"
    " WHERE (:anybody OR actor = :who) AND {body} ORDER BY id DESC LIMIT :limit",
    "finding": "SELECT v.id, r.task_id AS task, v.reviewer AS actor, v.at, coalesce((SELECT group_concat("
    "json_extract(f.value, '$.text'), char(10)) FROM json_each(v.findings) f) || char(10), '') || v.comment AS text"
    " FROM verdicts v JOIN reviews r ON r.id = v.review_id"
    " WHERE v.undone_at IS NULL AND (:anybody OR v.reviewer = :who) AND {text} ORDER BY v.id DESC LIMIT :limit",
    "decision": "SELECT id, task_id AS task, actor, at, title || char(10) || reason AS text FROM decisions"
    " WHERE (:anybody OR actor = :who) AND ({title} OR {reason}) ORDER BY id DESC LIMIT :limit",
}
"""Where a text is looked for, and how."""


def hits(db: Database, text: str, *, kinds: Iterable[str], by: str | None = None, limit: int = 50) -> Iterator[Hit]:
    """Where `text` stands, in any case of its letters, at most `limit` places of each kind; of all, or what one wrote."""
    told: dict[str, Any] = {"anybody": by is None, "who": by, "limit": limit}
    told |= {f"like_{n}": pattern for n, pattern in enumerate(_patterns(text))}
    names = [name for name in told if name.startswith("like_")]
    for kind in kinds:
        holds = {
            column: "(" + " OR ".join(f"{column} LIKE :{name} ESCAPE '!'" for name in names) + ")"
            for column in ("title", "body", "reason", "text")
        }
        with translated(db.path):
            rows = db.execute(KINDS[kind].format(**holds), told).fetchall()
        for row in rows:
            yield Hit(kind, row["id"], row["task"], row["actor"], row["at"], row["text"])


def _patterns(text: str) -> Iterator[str]:
    """LIKE knows the case of plain Latin letters alone: of others each way in which a word is written is one."""
    plain = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    ways = (plain,) if plain.isascii() else (plain, plain.lower(), plain.upper(), plain.capitalize())
    yield from (f"%{way}%" for way in dict.fromkeys(ways))
