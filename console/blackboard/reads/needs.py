"""Owns the question what only the operator can settle."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.actor import OPERATOR
from console.records.need import Need, NeedKind
from console.records.review import ReviewStatus

__all__ = ("needs",)

_REVIEWS = """
SELECT r.id, r.task_id, t.title, r.reason, r.updated_at FROM reviews r JOIN tasks t ON t.id = r.task_id
WHERE r.status = 'escalated' AND r.escalated_to = ?
AND (t.status = 'review' OR r.protocol = 'plan_review' AND t.status IN ('pending', 'held')) ORDER BY r.updated_at"""
# Whoever wrote a task changes it; where no session of theirs is left to do it, it is the operator's.
_PLANS = """
SELECT r.id, r.task_id, t.title, r.reason, r.updated_at FROM reviews r JOIN tasks t ON t.id = r.task_id
WHERE r.status = 'changes_requested' AND r.protocol = 'plan_review' AND t.status IN ('pending', 'held')
AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.agent = r.author AND s.gone_at IS NULL) ORDER BY r.updated_at"""
_HELD = """
SELECT id, title, hold_reason, hold_rule, updated_at FROM tasks WHERE status = 'held' AND hold_rule IS NOT NULL
ORDER BY updated_at"""
_FAILED = """
SELECT id, title, failure, updated_at FROM tasks WHERE status = 'failed' AND (on_failure = 'ask' OR applied_at IS NULL)
ORDER BY updated_at"""
_BLOCKING = """
SELECT t.id, t.title, t.updated_at, count(*) AS waiting FROM tasks t JOIN dependencies d ON d.needs = t.id
JOIN tasks w ON w.id = d.task AND w.status NOT IN ('done', 'cancelled') WHERE t.status = 'cancelled'
GROUP BY t.id ORDER BY t.updated_at"""
_ALERTS = "SELECT * FROM observations WHERE level = 'urgent' AND ended_at IS NULL AND acked_at IS NULL ORDER BY at"


def needs(db: Database, project: str) -> tuple[Need, ...]:
    """What waits for the operator on this database, by kind and then by age; `project` empty for the home's database."""
    found: list[Need] = []
    with translated(db.path):
        if project:
            found += _from_work(db, project)
        for row in db.execute(_ALERTS):
            found.append(
                Need(
                    kind=NeedKind.ALERT,
                    project=project,
                    task_id=row["task_id"],
                    alert_id=row["id"],
                    title=row["body"],
                    reason=row["cause"] or "",
                    since=row["at"],
                )
            )
    return tuple(found)


def _from_work(db: Database, project: str) -> list[Need]:
    found = []
    for row in [*db.execute(_REVIEWS, (OPERATOR,)), *db.execute(_PLANS)]:
        found.append(
            Need(
                kind=NeedKind.REVIEW,
                project=project,
                task_id=row["task_id"],
                review_id=row["id"],
                title=row["title"],
                reason=row["reason"] or str(ReviewStatus.ESCALATED),
                since=row["updated_at"],
            )
        )
    for row in db.execute(_HELD):
        reason = f"{row['hold_rule']}: {row['hold_reason'] or ''}"
        found.append(_of_task(NeedKind.HELD, project, row, reason))
    for row in db.execute(_FAILED):
        found.append(_of_task(NeedKind.FAILED, project, row, row["failure"] or "failed"))
    for row in db.execute(_BLOCKING):
        found.append(_of_task(NeedKind.BLOCKED, project, row, f"cancelled; {row['waiting']} task(s) wait for it"))
    return found


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
