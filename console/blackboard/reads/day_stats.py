"""Owns the question what a project did day by day: what it used, what was done, what waited. One query; bounded by the feed."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.days import LOCAL, start_of_day, start_of_next_day
from console.records.day_stats import DayStats, by_day

__all__ = ("day_stats", "midnights")

MOST = 100_000
"""Events that are looked at, the newest."""
HALF_HOUR_MS = 1_800_000
_ALL = """
WITH feed AS (
    SELECT * FROM events WHERE seq > (SELECT coalesce(max(seq), 0) FROM events) - :most AND entity IN ('task', 'review')),
changes AS (
    SELECT task, at, old, new, lead(at) OVER each AS until, lag(at) OVER each AS before FROM feed
    WHERE at >= :since AND entity = 'task' AND kind IN ('created', 'status') WINDOW each AS (PARTITION BY task ORDER BY seq)),
rounds AS (
    SELECT id, at, new, lead(at) OVER each AS until FROM feed
    WHERE entity = 'review' AND kind IN ('status', 'escalated') WINDOW each AS (PARTITION BY id ORDER BY seq))
SELECT CASE new WHEN 'pending' THEN 'queue' WHEN 'held' THEN 'you' ELSE 'done' END AS what, at AS begin,
    coalesce(until, :now) AS end, 0 AS tokens, 0 AS cost FROM changes WHERE new IN ('pending', 'held', 'done')
UNION ALL
SELECT CASE old WHEN 'pending' THEN 'queue' ELSE 'you' END, :since, at, 0, 0 FROM changes
WHERE before IS NULL AND old IN ('pending', 'held')
UNION ALL
SELECT CASE status WHEN 'pending' THEN 'queue' ELSE 'you' END, max(created_at, :since), :now, 0, 0 FROM tasks
WHERE status IN ('pending', 'held') AND id NOT IN (SELECT task FROM changes)
UNION ALL
SELECT 'you', at, coalesce(answered_at, :now), 0, 0 FROM asks
WHERE (status = 'open' OR answered_how = 'person') AND coalesce(answered_at, :now) >= :since
UNION ALL
SELECT 'you', e.at, coalesce(e.until, :now), 0, 0 FROM rounds e JOIN reviews r ON r.id = CAST(e.id AS INTEGER)
WHERE e.new = 'operator' OR (e.new = 'escalated' AND coalesce(r.escalated_to, 'operator') = 'operator')
UNION ALL
SELECT 'used', bucket * :half, 0, tokens, cost FROM usage WHERE bucket > 0 AND bucket * :half >= :since
UNION ALL
SELECT 'reaches', coalesce(min(at), 0), min(seq), 0, 0 FROM events
WHERE seq > (SELECT coalesce(max(seq), 0) FROM events) - :most
"""


def midnights(days: int, now: int) -> tuple[int, ...]:
    """Where the last days begin, today among them, the oldest first, and where today ends; by the calendar of here."""
    found = [start_of_next_day(now, LOCAL)]
    while len(found) <= days:
        found.append(start_of_day(found[-1] - 1, LOCAL))
    return tuple(reversed(found))


def day_stats(db: Database, bounds: tuple[int, ...], *, now: int) -> tuple[DayStats, ...]:
    """The days between `bounds`."""
    given = {"since": bounds[0], "now": now, "most": MOST, "half": HALF_HOUR_MS}
    with translated(db.path):
        rows = db.execute(_ALL, given).fetchall()
    used = [(row["begin"], row["tokens"], row["cost"]) for row in rows if row["what"] == "used"]
    spans = [(row["what"], row["begin"], row["end"]) for row in rows if row["what"] in ("queue", "you", "done")]
    first = next(row for row in rows if row["what"] == "reaches")
    reaches = first["begin"] if (first["end"] or 1) > 1 else 0
    return by_day(bounds, spans, used, reaches)
