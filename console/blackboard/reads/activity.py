"""Owns the question what has happened that is worth a word and is no alert: tasks that are done, what agents began and ended.

Asked of the change feed; it writes nothing, and knows nobody who wants to hear it.
"""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.alert import Observation
from console.records.cause import cause_of, level_of, sentence

__all__ = ("activity",)

_DONE = """
SELECT e.seq, e.at, e.task, t.title FROM events e JOIN tasks t ON t.id = e.task
WHERE e.seq > :after AND e.seq <= :until AND e.entity = 'task' AND e.kind = 'status' AND e.new = 'done'
ORDER BY e.seq LIMIT 1000"""
_SESSIONS = """
SELECT e.seq, e.at, e.task, e.kind, e.new, s.agent FROM events e JOIN sessions s ON s.id = e.id
WHERE e.seq > :after AND e.seq <= :until AND e.entity = 'session' AND e.kind IN ('created', 'gone')
ORDER BY e.seq LIMIT 1000"""


def activity(db: Database, after: int, until: int) -> tuple[Observation, ...]:
    """What happened between two places of the feed, as observations with the id 0, oldest first."""
    where = {"after": after, "until": until}
    with translated(db.path):
        done, sessions = db.execute(_DONE, where).fetchall(), db.execute(_SESSIONS, where).fetchall()
    found = [
        (row["seq"], row["at"], row["task"], cause_of("done", row["task"]), {"title": row["title"]}) for row in done
    ]
    for row in sessions:
        what = "began" if row["kind"] == "created" else f"ended ({row['new']})"
        found.append((row["seq"], row["at"], row["task"], cause_of("activity", row["agent"]), {"what": what}))
    found.sort()
    return tuple(
        Observation(
            id=0,
            level=level_of(cause),
            cause=cause,
            body=sentence(cause, task=task, agent=cause.partition(":")[2], **values),
            task_id=task,
            actor="scheduler",
            at=at,
        )
        for _, at, task, cause, values in found
    )
