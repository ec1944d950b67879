"""Owns the questions what was used: by a project in all, since an instant, and by single tasks with all their sessions."""

from __future__ import annotations

import json
from collections.abc import Collection

from console.blackboard.connection import Database, translated
from console.records.budget import Limit, TaskUse, Usage
from console.records.guardrail import TASK_BUDGET
from console.records.own_caps import own_caps

__all__ = ("BUCKET_MS", "cap_of", "capped_tasks", "used", "used_by_task", "used_by_tasks", "used_since")

BUCKET_MS = 1_800_000
"""Milliseconds of one row of `usage`. Where midnight is not at a half hour, up to 15 minutes of yesterday count too."""


def used(db: Database) -> Usage:
    """All that the project's sessions have ever used."""
    with translated(db.path):
        row = db.execute("SELECT sessions, tokens, cost FROM usage WHERE bucket = 0").fetchone()
    return Usage() if row is None else Usage(sessions=row[0], tokens=row[1], cost=row[2])


def used_since(db: Database, since: int, now: int) -> Usage:
    """What was used from `since` to `now` (epoch ms), by whole half hours: nothing that a clock told which was ahead."""
    with translated(db.path):
        row = db.execute(
            "SELECT coalesce(sum(sessions), 0), coalesce(sum(tokens), 0), coalesce(sum(cost), 0.0) FROM usage"
            " WHERE bucket BETWEEN ? AND ?",
            (max(since // BUCKET_MS, 1), now // BUCKET_MS),
        ).fetchone()
    return Usage(sessions=row[0], tokens=row[1], cost=row[2])


def used_by_task(db: Database, task_id: int) -> Usage:
    """What the sessions of a task, its reviewers' too, have used."""
    with translated(db.path):
        row = db.execute(
            "SELECT count(*), coalesce(sum(tokens), 0), coalesce(sum(cost), 0.0) FROM sessions WHERE task_id = ?",
            (task_id,),
        ).fetchone()
    return Usage(sessions=row[0], tokens=row[1], cost=row[2])


def used_by_tasks(db: Database, ids: Collection[int]) -> dict[int, TaskUse]:
    """The same for several tasks that have not ended, with the releases that gave them more."""
    with translated(db.path):
        rows = db.execute(
            "SELECT t.id, t.cap, (SELECT count(*) FROM guardrail_decisions g WHERE g.task_id = t.id AND g.rule = ?"
            " AND g.effect = 'allow' AND g.text_sha IS NOT NULL) AS releases"
            " FROM json_each(?) j JOIN tasks t ON t.id = j.value WHERE t.status NOT IN ('done', 'cancelled', 'failed')",
            (TASK_BUDGET, json.dumps(sorted(ids))),
        ).fetchall()
    return {row["id"]: _use(db, row["id"], row["cap"], row["releases"]) for row in rows}


def cap_of(db: Database, task_id: int) -> Limit:
    """Its own caps, also of a task that has ended."""
    with translated(db.path):
        row = db.execute("SELECT cap FROM tasks WHERE id = ?", (task_id,)).fetchone()
    return own_caps(None if row is None else row["cap"])[0]


def capped_tasks(db: Database) -> frozenset[int]:
    """Those that have caps of their own."""
    with translated(db.path):
        return frozenset(row[0] for row in db.execute("SELECT id FROM tasks WHERE cap IS NOT NULL"))


def _use(db: Database, task_id: int, cap: str | None, releases: int) -> TaskUse:
    """By each agent and by all; the run time is that of sessions which have ended."""
    with translated(db.path):
        rows = db.execute(
            "SELECT agent, count(*) AS sessions, sum(tokens) AS tokens, sum(cost) AS cost,"
            " coalesce(sum(max(0, ended_at - started_at)), 0) / 1000 AS seconds"
            " FROM sessions WHERE task_id = ? GROUP BY agent",
            (task_id,),
        ).fetchall()
    units = ("sessions", "tokens", "cost", "seconds")
    own, raised_at = own_caps(cap)
    return TaskUse(
        used=Usage(**{unit: sum(row[unit] for row in rows) for unit in units}),
        releases=releases,
        own=own,
        raised_at=raised_at,
        by_agent={row["agent"]: Usage(**{unit: row[unit] for unit in units}) for row in rows},
    )
