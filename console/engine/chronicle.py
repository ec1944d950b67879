"""Owns what the log tells of the work in a project: sessions, verdicts, holds, whoever did it, read from its change feed.

Writes on no blackboard. What happened before this scheduler came, and what changes nothing for a person, it leaves out.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from console.backends import traits_of
from console.blackboard.changes import Cursor, changes, head
from console.blackboard.connection import Database
from console.days import shown
from console.records.event import Event
from console.records.hold import hold_told
from console.text import one_line

__all__ = ("Chronicle", "Line", "meanwhile", "news", "write_down")

AT_ONCE = 200
"""Events that one look tells of; behind more of them it goes on where the feed ends."""
_ENDED = frozenset(("succeeded", "failed", "timed_out", "cancelled", "lost"))
MEANWHILE = 20_000
"""Events, the newest, that are looked at for what happened while nobody was in charge."""
_MEANWHILE = """
SELECT CASE WHEN entity = 'task' AND kind = 'created' THEN 'tasks made' WHEN entity = 'task' THEN 'tasks ' || new
    WHEN entity = 'session' THEN 'sessions ' || new WHEN entity = 'verdict' THEN 'verdicts'
    ELSE entity || 's' END AS what, count(*) AS n, group_concat(DISTINCT coalesce(actor, 'unknown')) AS who
FROM events WHERE seq > (SELECT coalesce(max(seq), 0) FROM events) - :most AND at > :since
AND (kind = 'created' AND entity IN ('task', 'verdict', 'comment', 'observation')
    OR kind = 'status' AND entity IN ('task', 'session'))
GROUP BY what ORDER BY what"""
_log = logging.getLogger("moziplus.scheduler")
_TOLD_TASKS = frozenset(("held", "failed", "cancelled", "done"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    component: str
    text: str
    task: int | None
    session: str | None


class Chronicle:
    """The log of one project in one life of the scheduler."""

    def __init__(self, project: str, since: int = 0) -> None:
        """`since` is when a scheduler was last in charge, in epoch ms; 0 where that is not known."""
        self._project, self._since = project, since
        self._heard: Cursor | None = None
        self._deaf = False

    async def follow(self, call: Callable[..., Awaitable[Any]]) -> None:
        """Write down what is new; `call` asks the blackboard. A log that cannot be told holds nothing up: it is tried again."""
        try:
            if self._since and (told := await call(meanwhile, self._since)):
                write_down(self._project, [Line("tasks", told, None, None)])
            self._since = 0
            self._heard, lines = await call(news, self._heard)
            write_down(self._project, lines)
            self._deaf = False
        except Exception as error:
            if not self._deaf:
                _log.warning("%s: what happens there cannot be told in this log: %s", self._project, error)
            self._deaf = True


def meanwhile(db: Database, since: int) -> str:
    """In one line what happened after `since`, while no scheduler was in charge; empty for nothing."""
    rows = db.execute(_MEANWHILE, {"since": since, "most": MEANWHILE}).fetchall()
    if not rows:
        return ""
    told = [f"{row['n']} {row['what']}" for row in rows]
    by = sorted({name for row in rows for name in str(row["who"]).split(",")})
    names = ", ".join(by[:5]) + (f" and {len(by) - 5} more" if len(by) > 5 else "")
    return f"{{project}}: meanwhile, since {shown(since)}: {', '.join(told)} (by {names})"


def news(db: Database, cursor: Cursor | None) -> tuple[Cursor, list[Line]]:
    """What happened after `cursor`, in words, and where to go on; nothing at first."""
    if cursor is None:
        return head(db), []
    found = changes(db, cursor, limit=AT_ONCE)
    lines = [line for event in found.events for line in _told(db, event)]
    return (head(db) if len(found.events) == AT_ONCE else found.cursor), lines


def write_down(project: str, lines: list[Line]) -> None:
    """Into the log, with project, task and session as fields."""
    for line in lines:
        extra = {"project": project, "task": line.task, "session": line.session}
        logging.getLogger(f"moziplus.{line.component}").info("%s", line.text.replace("{project}", project), extra=extra)


def _told(db: Database, event: Event) -> Iterator[Line]:
    what = (event.entity, event.kind)
    if event.entity == "session":
        yield from _session(db, event)
    elif event.entity == "review":
        yield from _review(db, event)
    elif what == ("verdict", "created"):
        yield from _verdict(db, event)
    elif what == ("submission", "created"):
        yield from _submission(db, event)
    elif what == ("task", "status") and (event.new in _TOLD_TASKS or event.old == "held"):
        row = _row(db, "SELECT hold_reason, hold_rule, failure FROM tasks WHERE id = ?", event.id)
        held = hold_told(row["hold_reason"], row["hold_rule"]) if row and row["hold_reason"] else None
        why = {"held": held, "failed": row["failure"]}.get(event.new or "") if row else None
        text = f"{_task(event)}: {event.old} → {event.new} by {event.actor}{_because(why)}"
        yield Line("tasks", text, event.task, event.session)


def _session(db: Database, event: Event) -> Iterator[Line]:
    row = _row(db, "SELECT * FROM sessions WHERE id = ?", event.id)
    if row is None:
        return
    where = f"{_task(event)}" + (f" (review seat {row['seat_id']})" if row["seat_id"] is not None else "")
    if event.kind == "created":
        text = f"Spawning {row['agent']} on {where}, attempt {row['attempt']}, session {event.id}"
        if traits_of(row["backend"]).claims:
            text = f"{row['agent']} takes {where} itself, session {event.id}"
        yield Line("sessions", text, event.task, event.id)
    elif event.kind == "status" and event.new in _ENDED:
        took = f" after {max(0, event.at - row['created_at']) // 1000} s"
        text = f"session {event.id} of {row['agent']} on {where} ended{took}: {event.new}{_because(row['failure'])}"
        yield Line("sessions", text, event.task, event.id)
    elif event.kind == "stop":
        asked = f"is to be stopped by {event.actor}{_because(row['stop_reason'])}"
        text = f"session {event.id} of {row['agent']} on {where} {asked}"
        yield Line("sessions", text, event.task, event.id)


def _review(db: Database, event: Event) -> Iterator[Line]:
    row = _row(db, "SELECT protocol, round, reason, escalated_to FROM reviews WHERE id = ?", event.id)
    if row is None or event.kind not in ("created", "status", "escalated", "round"):
        return
    how = {
        "created": "opened",
        "status": f"{event.old} → {event.new}{_because(row['reason'])}",
        "escalated": f"is {row['escalated_to']}'s now{_because(row['reason'])}",
        "round": f"round {row['round']}",
    }[event.kind]
    yield Line("reviews", f"review {event.id} ({row['protocol']}) of {_task(event)}: {how}", event.task, event.session)


def _verdict(db: Database, event: Event) -> Iterator[Line]:
    row = _row(db, "SELECT review_id, round, reviewer, verdict, confidence FROM verdicts WHERE id = ?", event.id)
    if row is not None:
        sure = "" if row["confidence"] is None else f", confidence {row['confidence']:.2f}"
        said = f"{row['reviewer']} says {row['verdict']} in round {row['round']}{sure}"
        text = f"review {row['review_id']} of {_task(event)}: {said}"
        yield Line("reviews", text, event.task, event.session)


def _submission(db: Database, event: Event) -> Iterator[Line]:
    row = _row(db, "SELECT review_id, round, agent, rebuttal FROM submissions WHERE id = ?", event.id)
    if row is not None:
        what = "rebuttal" if row["rebuttal"] else "submission"
        text = f"review {row['review_id']} of {_task(event)}: {what} of {row['agent']} for round {row['round']}"
        yield Line("reviews", text, event.task, event.session)


def _task(event: Event) -> str:
    """`{project}` is put in where it is written down."""
    return "{project}#" + str(event.task if event.task is not None else event.id)


def _because(why: object) -> str:
    return f" ({one_line(str(why), 200)})" if why else ""


def _row(db: Database, query: str, key: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(query, (key,)).fetchone()
    return found
