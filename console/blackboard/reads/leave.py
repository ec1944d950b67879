"""Owns the questions about leave: the rules that hold for one task, and how often the same was answered the same."""

from __future__ import annotations

import json

from console.blackboard.connection import Database, translated
from console.guardrails.acts import ActMatch, ActRule
from console.records.act import Say
from console.records.ask import Ask, Leave

__all__ = ("leave_of", "same_answers")


def leave_of(db: Database, task_id: int) -> tuple[ActRule, ...]:
    """The rules that hold for this task, oldest first."""
    with translated(db.path):
        rows = db.execute("SELECT name, match FROM leave WHERE task_id = ? ORDER BY id", (task_id,)).fetchall()
    return tuple(ActRule(name=row["name"], effect=Say.ALLOW, match=_match(json.loads(row["match"]))) for row in rows)


def same_answers(db: Database, ask: Ask) -> int:
    """How often a person gave leave once for just what this ask is about, on any task of the project."""
    with translated(db.path):
        rows = db.execute(
            "SELECT choice, options FROM asks WHERE kind = 'approval' AND status = 'answered' AND answered_how = 'person'"
            " AND about = (SELECT about FROM asks WHERE id = ?) AND about <> '{}' LIMIT 100",
            (ask.id,),
        ).fetchall()
    return sum(
        any(
            option["id"] == row["choice"] and option.get("leave") == Leave.ONCE for option in json.loads(row["options"])
        )
        for row in rows
    )


def _match(stored: dict[str, list[str]]) -> ActMatch:
    return ActMatch(**{key: tuple(stored.get(key, ())) for key in ("tool", "command", "path", "host")})  # type: ignore[arg-type]
