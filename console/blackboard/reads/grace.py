"""Owns which tasks do not start yet, because a verdict on them or on what they need can still be taken back.

It follows from the verdict's own row: nothing is stored, so that every console, command and scheduler finds the same. Only a
key is pressed by mistake: a verdict by a command, or an agent's, has no grace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.blackboard.connection import Database, translated
from console.records.actor import Origin
from console.records.grace import Grace

__all__ = ("LONGEST", "graces")

LONGEST = 600
"""Seconds."""
_MOST = 2000
"""Verdicts that are looked through: a clock that was set back may let more of them look new."""


def graces(db: Database, now: int, seconds: int) -> Mapping[int, Grace]:
    """By task."""
    if not seconds:
        return {}
    found: dict[int, Grace] = {}
    with translated(db.path):
        for task, at in _judged(db, now, seconds * 1000):
            behind = db.execute(
                "SELECT task FROM dependencies WHERE needs = :task"
                " UNION SELECT id FROM tasks WHERE from_task = :task AND kind = 'undo'",
                {"task": task},
            ).fetchall()
            for waits in (task, *(row["task"] for row in behind)):
                found.setdefault(waits, Grace(at + seconds * 1000, task))
    return found


def _judged(db: Database, now: int, length: int) -> Iterator[tuple[int, int]]:
    """The task and the time of each such verdict, the newest first; reads no more rows than it has to."""
    rows = db.execute(
        "SELECT v.at, v.seat_id, v.undone_at, v.origin, r.task_id FROM verdicts v JOIN reviews r ON r.id = v.review_id"
        " ORDER BY v.id DESC LIMIT ?",
        (_MOST,),
    )
    for row in rows:
        if row["at"] <= now - length:
            return
        by_key = row["seat_id"] is None and row["origin"] == Origin.CONSOLE
        if by_key and row["undone_at"] is None and row["at"] <= now:
            yield row["task_id"], row["at"]
