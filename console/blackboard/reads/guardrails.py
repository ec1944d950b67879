"""Owns the questions about guardrails: what was decided on a task, and which rules the operator has lifted from its text."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.guardrail import TASK_BUDGET, GuardrailDecision
from console.records.task import Task

__all__ = ("decisions_on", "hits", "lifted", "tags_in_use", "text_sha")


def text_sha(task: Task) -> str:
    """What tells one text of a task from another."""
    import hashlib  # loads OpenSSL; few calls need it

    return hashlib.sha256(f"{task.title}\0{task.body}".encode("utf-8", "surrogatepass")).hexdigest()


def decisions_on(db: Database, task_id: int, *, limit: int = 200) -> tuple[GuardrailDecision, ...]:
    """The newest decisions on a task, oldest first."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM guardrail_decisions WHERE task_id = ? ORDER BY id DESC LIMIT ?", (task_id, limit)
        ).fetchall()
    return tuple(GuardrailDecision.from_row(row) for row in reversed(rows))


def hits(db: Database, *, most: int = 20_000) -> dict[str, tuple[int, int]]:
    """Rule → how often it decided, and when last (epoch ms), among the newest `most` decisions."""
    with translated(db.path):
        rows = db.execute(
            "SELECT rule, count(*) AS n, max(at) AS last FROM"
            " (SELECT rule, at FROM guardrail_decisions ORDER BY id DESC LIMIT ?) GROUP BY rule",
            (most,),
        ).fetchall()
    return {row["rule"]: (row["n"], row["last"]) for row in rows}


def lifted(db: Database, task: Task) -> frozenset[str]:
    """The rules from which the operator released the task as it is written now."""
    with translated(db.path):
        rows = db.execute(
            "SELECT rule, text_sha FROM guardrail_decisions WHERE task_id = ? AND effect = 'allow'"
            " AND text_sha IS NOT NULL AND rule <> ?",
            (task.id, TASK_BUDGET),
        ).fetchall()
    if not rows:
        return frozenset()
    sha = text_sha(task)
    return frozenset(row["rule"] for row in rows if row["text_sha"] == sha)


def tags_in_use(db: Database) -> frozenset[str]:
    """Every tag of a task, or of a task that a schedule makes."""
    with translated(db.path):
        rows = db.execute(
            "SELECT DISTINCT j.value FROM tasks t, json_each(t.tags) j"
            " UNION SELECT DISTINCT j.value FROM schedules s, json_each(s.template, '$.tags') j"
            " WHERE json_valid(s.template)"
        ).fetchall()
    return frozenset(str(row[0]) for row in rows)
