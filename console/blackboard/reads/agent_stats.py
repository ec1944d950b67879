"""Owns the question what each agent of a project has done in the last days, and what it does now. Bounded: the newest sessions.

A day is 24 hours back from the end of today, so that it is one of the calendar but where the clocks change.
"""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.agent_stats import AgentStats

__all__ = ("DAY_MS", "MOST", "add_to", "agent_stats", "began_by_hour")

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MOST = 20_000
"""Sessions, and asks, that are counted at most: the newest."""
_SESSIONS = """
WITH newest AS (
    SELECT * FROM sessions INDEXED BY sessions_recent WHERE created_at >= :since ORDER BY created_at DESC LIMIT :most)
SELECT agent, CAST((created_at - :since) / :day AS INTEGER) AS day, count(*) AS n, sum(seat_id IS NOT NULL) AS reviews,
    sum(seat_id IS NULL AND attempt = 1 AND ended_at IS NOT NULL AND status <> 'cancelled') AS tries,
    sum(seat_id IS NULL AND attempt = 1 AND status = 'succeeded') AS successes,
    sum(max(coalesce(ended_at, :now) - coalesce(started_at, created_at), 0)) AS busy, sum(tokens) AS tokens, sum(cost) AS cost
FROM newest GROUP BY agent, day"""
_HOURS = """
SELECT CAST((created_at - :since) / :hour AS INTEGER) AS n, count(*) AS began FROM (
    SELECT created_at FROM sessions INDEXED BY sessions_recent WHERE created_at >= :since ORDER BY created_at DESC LIMIT :most)
GROUP BY n"""
_NOW = """
SELECT s.agent, count(*) AS load, sum(EXISTS (
    SELECT 1 FROM asks a WHERE a.status = 'open' AND a.session = s.id AND NOT a.parked)) AS waiting
FROM sessions s WHERE s.gone_at IS NULL GROUP BY s.agent"""
_WAITED = """
SELECT s.agent, sum(max(coalesce(a.answered_at, :now) - max(a.at, :since), 0)) AS waited
FROM (SELECT * FROM asks ORDER BY id DESC LIMIT :most) a JOIN sessions s ON s.id = a.session
WHERE coalesce(a.answered_at, :now) >= :since AND (a.status = 'open' OR a.answered_how = 'person') GROUP BY s.agent"""


def agent_stats(db: Database, *, days: int, until: int, now: int) -> tuple[AgentStats, ...]:
    """Of every agent that did anything in the `days` days that end at `until` (epoch ms), or works now; by name."""
    given = {"since": until - days * DAY_MS, "day": DAY_MS, "now": now, "most": MOST}
    with translated(db.path):
        rows = db.execute(_SESSIONS, given).fetchall()
        present, waited = db.execute(_NOW).fetchall(), db.execute(_WAITED, given).fetchall()
    found: dict[str, AgentStats] = {}
    for row in rows:
        runs = [0] * days
        runs[min(max(row["day"], 0), days - 1)] = row["n"]
        add_to(
            found,
            AgentStats(
                agent=row["agent"],
                runs=tuple(runs),
                reviews=row["reviews"],
                first_tries=row["tries"],
                first_successes=row["successes"],
                busy_ms=row["busy"],
                tokens=row["tokens"],
                cost=row["cost"],
            ),
        )
    for row in present:
        add_to(found, AgentStats(agent=row["agent"], load=row["load"], waiting=row["waiting"]))
    for row in waited:
        add_to(found, AgentStats(agent=row["agent"], waited_ms=row["waited"]))
    return tuple(one for _name, one in sorted(found.items()))


def began_by_hour(db: Database, *, hours: int, now: int) -> tuple[int, ...]:
    """How many sessions began in each of the last hours, the oldest first."""
    since = now - hours * HOUR_MS
    with translated(db.path):
        rows = db.execute(_HOURS, {"since": since, "hour": HOUR_MS, "most": MOST}).fetchall()
    found = [0] * hours
    for row in rows:
        found[min(max(row["n"], 0), hours - 1)] += row["began"]
    return tuple(found)


def add_to(found: dict[str, AgentStats], one: AgentStats) -> None:
    """Put what one has done to what is known of the same agent."""
    found[one.agent] = found[one.agent].plus(one) if one.agent in found else one
