"""Owns the one question of the daily report: what happened on a blackboard since the last one, read in one instant.

It goes by the change feed, from the place where the report before it ended: nothing is told twice, nothing falls between.
"""

from __future__ import annotations

import json
from collections import defaultdict

from console.blackboard.connection import Database
from console.blackboard.reads.needs import needs
from console.blackboard.reads.scheduling import one_instant
from console.blackboard.reads.tasks import get_task, state, tally
from console.records.report import DayReport, Spent, TaskLine
from console.records.task import Task

__all__ = ("day_report", "mark_key")

FIRST = 86_400_000
"""Milliseconds that the first report of a schedule looks back."""
_EXPERIENCE = "SELECT title FROM experiences WHERE id = ?"
_SKILL = "SELECT skill FROM distillations WHERE id = ? AND status = 'done'"
OPEN = "('pending', 'working', 'review', 'held')"


def mark_key(task_id: int) -> str:
    """Under which the place where a report ended is kept."""
    return f"report:{task_id}"


def day_report(db: Database, task_id: int, *, now: int) -> DayReport:
    """The matter of the report that task `task_id` stands for. Raises NotFound."""
    with one_instant(db):
        task = get_task(db, task_id)
        since, start = _begin(db, task, now)
        (mark,) = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
        project = state(db).project
        return DayReport(
            project=project,
            since=since,
            until=now,
            done=_turned(db, start, "done"),
            failed=_turned(db, start, "failed"),
            lost_attempts=_lost(db, start),
            spent=_spent(db, start),
            needs=needs(db, project),
            overdue=_overdue(db, now),
            tally=tally(db),
            blocked=db.execute("SELECT count(*) FROM tasks WHERE status = 'pending' AND blocked_by > 0").fetchone()[0],
            experiences=_told(db, start, _EXPERIENCE, "experience", "created"),
            skills=_told(
                db, start, "SELECT skill FROM distillations WHERE id = ? AND status = 'done'", "distillation", "status"
            ),
            mark=mark,
        )


def _begin(db: Database, task: Task, now: int) -> tuple[int, int]:
    """(epoch ms, place in the feed) where the last report of the same schedule ended, else a day ago."""
    last = db.execute(
        "SELECT id, applied_at FROM tasks WHERE schedule = ? AND status = 'done' AND kind = 'report' AND id < ?"
        " ORDER BY id DESC LIMIT 1",
        (task.schedule, task.id),
    ).fetchone()
    if last is not None and last["applied_at"] is not None:
        kept = db.execute("SELECT answer FROM answers WHERE key = ?", (mark_key(last["id"]),)).fetchone()
        if kept is not None:
            return last["applied_at"], int(json.loads(kept["answer"]))
    since = now - FIRST
    row = db.execute("SELECT seq FROM events WHERE at <= ? ORDER BY seq DESC LIMIT 1", (since,)).fetchone()
    return since, 0 if row is None else row["seq"]


def _turned(db: Database, start: int, status: str) -> tuple[TaskLine, ...]:
    """The tasks that became `status` and still are; of reports nobody wants a report."""
    rows = db.execute(
        "SELECT t.id, t.title, t.failure, (SELECT agent FROM sessions s WHERE s.task_id = t.id AND s.seat_id IS NULL"
        " ORDER BY s.rowid DESC LIMIT 1) AS agent"
        " FROM (SELECT DISTINCT task FROM events WHERE seq > :start AND entity = 'task' AND kind = 'status' AND new = :status)"
        " JOIN tasks t ON t.id = task WHERE t.status = :status AND t.kind <> 'report' ORDER BY t.id",
        {"start": start, "status": status},
    ).fetchall()
    note = "failure" if status == "failed" else "agent"
    return tuple(TaskLine(id=row["id"], title=row["title"], note=row[note] or "") for row in rows)


def _lost(db: Database, start: int) -> int:
    (count,) = db.execute(
        "SELECT count(*) FROM events WHERE seq > ? AND entity = 'session' AND kind = 'status'"
        " AND new IN ('failed', 'timed_out', 'lost')",
        (start,),
    ).fetchone()
    return int(count)


def _spent(db: Database, start: int) -> tuple[Spent, ...]:
    """By agent. What a session used is told by the feed as the sums before and after each word of it."""
    sessions: dict[str, int] = defaultdict(int)
    tokens: dict[str, int] = defaultdict(int)
    cost: dict[str, float] = defaultdict(float)
    for row in db.execute(
        "SELECT s.agent, e.kind, e.old, e.new FROM events e JOIN sessions s ON s.id = e.id"
        " WHERE e.seq > ? AND e.entity = 'session' AND e.kind IN ('created', 'usage')",
        (start,),
    ):
        agent = row["agent"]
        if row["kind"] == "created":
            sessions[agent] += 1
            continue
        (tokens_before, cost_before), (tokens_after, cost_after) = row["old"].split(), row["new"].split()
        tokens[agent] += int(tokens_after) - int(tokens_before)
        cost[agent] += float(cost_after) - float(cost_before)
    agents = sessions.keys() | tokens.keys()
    found = [Spent(agent=a, sessions=sessions[a], tokens=tokens[a], cost=round(cost[a], 6)) for a in agents]
    return tuple(sorted(found, key=lambda one: (-one.cost, -one.tokens, -one.sessions, one.agent)))


def _overdue(db: Database, now: int) -> tuple[TaskLine, ...]:
    rows = db.execute(
        f"SELECT id, title, deadline FROM tasks WHERE deadline IS NOT NULL AND deadline < ? AND status IN {OPEN}"
        " ORDER BY deadline, id",
        (now,),
    ).fetchall()
    return tuple(TaskLine(id=row["id"], title=row["title"], deadline=row["deadline"]) for row in rows)


def _told(db: Database, start: int, one: str, entity: str, kind: str) -> tuple[str, ...]:
    """What `one` gives for each row of `entity` that the feed tells of, each once."""
    rows = db.execute(
        "SELECT DISTINCT CAST(id AS INTEGER) AS id FROM events WHERE seq > ? AND entity = ? AND kind = ? ORDER BY 1",
        (start, entity, kind),
    ).fetchall()
    found = (db.execute(one, (row["id"],)).fetchone() for row in rows)
    return tuple(row[0] for row in found if row is not None and row[0])
