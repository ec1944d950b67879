"""Owns the question what only the operator can settle, and which alerts are open because of it. It writes nothing."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

from console.blackboard.connection import Database, translated
from console.blackboard.reads.asks import ASKER
from console.blackboard.reads.notes import acknowledged_alerts, open_alerts, open_causes
from console.records.actor import OPERATOR
from console.records.alert import Level, Observation
from console.records.cause import ASKS, NEEDS, kind_of, level_of
from console.records.hold import hold_told
from console.records.need import Need, NeedKind
from console.records.review import ReviewStatus
from console.scheduler.actions import EndAlert, RaiseAlert
from console.scheduler.attention import PAGE, attention
from console.text import one_line

__all__ = ("needs", "needs_to_tell", "open_alerts_now", "timed_out")

_REVIEWS = """
SELECT r.id, r.task_id, t.title, r.reason, r.updated_at FROM reviews r JOIN tasks t ON t.id = r.task_id
WHERE r.status = 'escalated' AND r.escalated_to = :operator
AND (t.status = 'review' OR r.protocol = 'plan_review' AND t.status IN ('pending', 'held')) {only} ORDER BY r.updated_at"""
# Whoever wrote a task changes it; where no session of theirs is left to do it, it is the operator's.
_PLANS = """
SELECT r.id, r.task_id, t.title, r.reason, r.updated_at FROM reviews r JOIN tasks t ON t.id = r.task_id
WHERE r.status = 'changes_requested' AND r.protocol = 'plan_review' AND t.status IN ('pending', 'held') {only}
AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.agent = r.author AND s.gone_at IS NULL) ORDER BY r.updated_at"""
_ASKS = f"""
SELECT a.id, a.task_id, t.title, a.body, a.at, {ASKER}, l.assignee AS lead, json_extract(w.answer, '$.why') AS why
FROM asks a JOIN tasks t ON t.id = a.task_id LEFT JOIN answers w ON w.key = 'lead:' || a.id
LEFT JOIN tasks l ON l.id = json_extract(w.answer, '$.task') AND l.created_by = 'ask:' || a.id
WHERE a.status = 'open' {{only}} ORDER BY a.at"""
# What waits for an answer is held by its ask, which is a need itself; so is the ask to which the lead has no answer.
_HELD = """
SELECT t.id, t.title, t.hold_reason, t.hold_rule, t.updated_at FROM tasks t WHERE t.status = 'held'
AND t.hold_rule IS NOT NULL AND t.hold_rule <> 'ask.answer' AND t.created_by NOT LIKE 'ask:%' {only} ORDER BY t.updated_at"""
_FAILED = """
SELECT t.id, t.title, t.failure, t.updated_at FROM tasks t WHERE t.status = 'failed'
AND (t.on_failure = 'ask' OR t.applied_at IS NULL) AND t.created_by NOT LIKE 'ask:%' {only} ORDER BY t.updated_at"""
_BLOCKING = """
SELECT t.id, t.title, t.updated_at, count(*) AS waiting FROM tasks t JOIN dependencies d ON d.needs = t.id
JOIN tasks w ON w.id = d.task AND w.status NOT IN ('done', 'cancelled') WHERE t.status = 'cancelled' {only}
GROUP BY t.id ORDER BY t.updated_at"""
_ALERTS = """
SELECT * FROM observations WHERE ended_at IS NULL AND acked_at IS NULL AND (level = 'urgent'
    OR substr(cause, 1, instr(cause || ':', ':') - 1) IN (SELECT value FROM json_each(:asks))) ORDER BY at"""
_TIMED_OUT = """
SELECT t.id, s.agent FROM tasks t JOIN sessions s ON s.id = (
    SELECT id FROM sessions WHERE task_id = t.id AND seat_id IS NULL ORDER BY created_at DESC, attempt DESC LIMIT 1)
WHERE s.status = 'timed_out' AND t.id IN (
    SELECT id FROM tasks INDEXED BY tasks_ready WHERE status = 'pending' AND blocked_by = 0 AND retry_at IS NOT NULL)
UNION
SELECT r.task_id, s.agent FROM seats e JOIN reviews r ON r.id = e.review_id JOIN sessions s ON s.id = (
    SELECT id FROM sessions WHERE seat_id = e.id ORDER BY created_at DESC, attempt DESC LIMIT 1)
WHERE e.status = 'waiting' AND e.retry_at IS NOT NULL AND s.status = 'timed_out' LIMIT 100"""


def needs(db: Database, project: str) -> tuple[Need, ...]:
    """What waits for the operator on this database; `project` empty for the home's database.

    An urgent alert is one, and any that nobody else can end; not one that tells of another need.
    """
    found: list[Need] = []
    with translated(db.path):
        if project:
            found += _from_work(db, project)
        for row in db.execute(_ALERTS, {"asks": json.dumps(sorted(ASKS))}):
            if kind_of(row["cause"] or "") not in NEEDS:
                found.append(
                    Need(
                        kind=NeedKind.ALERT,
                        project=project,
                        task_id=row["task_id"],
                        alert_id=row["id"],
                        title=row["body"],
                        reason=row["cause"] or "",
                        since=row["at"],
                        level=Level(row["level"]),
                    )
                )
    return tuple(found)


def needs_to_tell(db: Database, project: str, causes: frozenset[str]) -> tuple[Need, ...]:
    """Of each kind the newest `PAGE`, and those with an open alert (`causes`): all that `attention` has to know."""
    with translated(db.path):
        newest = _from_work(db, project, newest=PAGE)
        seen = {need.cause for need in newest}
        rest = [cause for cause in causes if kind_of(cause) in NEEDS and cause not in seen]
        return (*newest, *(_from_work(db, project, only=rest) if rest else ()))


def timed_out(db: Database) -> dict[int, str]:
    """Tasks whose last attempt, or whose last review, ran out of time and is to be tried again → its agent."""
    with translated(db.path):
        return {int(row["id"]): str(row["agent"]) for row in db.execute(_TIMED_OUT)}


def open_alerts_now(db: Database, project: str) -> tuple[Observation, ...]:
    """The open alerts as they are now, worst first: without those whose need is gone, with those of needs that nobody told.

    One of a need stays after it was acknowledged, for the need does. Those that nobody told have the id 0 and end by
    themselves. `project` empty for the home's database.
    """
    stored = open_alerts(db)
    if not project:
        return stored
    causes = open_causes(db)
    needed = needs_to_tell(db, project, causes)
    stored += tuple(a for a in acknowledged_alerts(db) if kind_of(a.cause or "") in NEEDS)
    changes = list(attention(project, needed, causes))
    gone = {change.cause for change in changes if isinstance(change, EndAlert)}
    since = {need.cause: need.since for need in needed}
    untold = [
        Observation(
            id=0,
            level=level_of(change.cause),
            cause=change.cause,
            body=change.body,
            task_id=change.task_id,
            actor="scheduler",
            at=since.get(change.cause, max(since.values())),
        )
        for change in changes
        if isinstance(change, RaiseAlert)
    ]
    now = [*(alert for alert in stored if alert.cause not in gone), *untold]
    return tuple(sorted(now, key=lambda alert: (alert.level == Level.ATTENTION, alert.at, alert.id)))


def _from_work(db: Database, project: str, *, newest: int = 0, only: list[str] | None = None) -> list[Need]:
    """All of them by age; the `newest` of each kind, or `only` those of these causes, where that is asked."""
    found: list[Need] = []

    def rows(query: str, kind: str, key: str = "t.id") -> list[sqlite3.Row]:
        values: dict[str, object] = {"operator": OPERATOR, "newest": newest}
        narrow = ""
        if only is not None:
            values["ids"] = json.dumps(
                [int(n) for k, _, n in (c.partition(":") for c in only) if k == kind and n.isdecimal()]
            )
            if values["ids"] == "[]":
                return []
            narrow = f"AND {key} IN (SELECT value FROM json_each(:ids))"
        text = query.replace("{only}", narrow)
        return db.execute(f"{text} DESC LIMIT :newest" if newest else text, values).fetchall()

    found += [_of_ask(project, row) for row in rows(_ASKS, "ask", "a.id")]
    found += [_of_review(project, row) for row in (*rows(_REVIEWS, "review", "r.id"), *rows(_PLANS, "review", "r.id"))]
    for row in rows(_HELD, "held"):
        found.append(_held(project, row))
    for row in rows(_FAILED, "failed"):
        found.append(_of_task(NeedKind.FAILED, project, row, row["failure"] or "failed"))
    if newest and not _may_block(db):
        return found
    for row in rows(_BLOCKING, "blocking"):
        found.append(_of_task(NeedKind.BLOCKED, project, row, f"cancelled; {row['waiting']} task(s) wait for it"))
    return found


def _may_block(db: Database) -> bool:
    """Whether anything is cancelled and anything waits: else the long way over all dependencies is not worth it."""
    (cancelled,) = db.execute("SELECT n FROM counts WHERE status = 'cancelled'").fetchone() or (0,)
    return bool(cancelled) and db.execute("SELECT 1 FROM tasks WHERE blocked_by > 0 LIMIT 1").fetchone() is not None


def _of_ask(project: str, row: sqlite3.Row) -> Need:
    lead, why, reason = row["lead"], row["why"], one_line(row["body"], 400)
    if lead is not None:
        asked = f"{reason} (asked before you: {lead}, who {why})"
        reason = f"{lead} is looking at it: {reason}" if why is None else asked
    return Need(
        kind=NeedKind.ASK,
        project=project,
        task_id=row["task_id"],
        ask_id=row["id"],
        agent=row["asker"],
        lead=lead if why is None else None,
        passed="" if lead is None or why is None else f"{lead}, who was asked before you, {why}",
        title=row["title"],
        reason=reason,
        since=row["at"],
    )


def _of_review(project: str, row: sqlite3.Row) -> Need:
    return Need(
        kind=NeedKind.REVIEW,
        project=project,
        task_id=row["task_id"],
        review_id=row["id"],
        title=row["title"],
        reason=row["reason"] or str(ReviewStatus.ESCALATED),
        since=row["updated_at"],
    )


def _held(project: str, row: sqlite3.Row) -> Need:
    need = _of_task(NeedKind.HELD, project, row, hold_told(row["hold_reason"], row["hold_rule"]))
    return replace(need, rule=row["hold_rule"])


def _of_task(kind: NeedKind, project: str, row: object, reason: str) -> Need:
    values = dict(row)  # type: ignore[call-overload]
    return Need(
        kind=kind,
        project=project,
        task_id=values["id"],
        title=values["title"],
        reason=reason,
        since=values["updated_at"],
    )
