"""Owns the rules on what agents do that hold for one task: the operator answered with `always`, for this task only."""

from __future__ import annotations

import json
from dataclasses import asdict

from console.blackboard.connection import Database
from console.blackboard.writes.stamps import stamped
from console.guardrails.acts import ActRule
from console.records.actor import Actor

__all__ = ("add_leave", "remove_leave")


def add_leave(db: Database, task_id: int, ask_id: int, rule: ActRule, *, by: Actor, now: int) -> None:
    """From now on the rule holds for the task. Part of a transaction."""
    match = {key: globs for key, globs in asdict(rule.match).items() if globs}
    db.execute(
        "INSERT INTO leave (task_id, ask, name, match, at, actor, origin, in_session)"
        " VALUES (:task, :ask, :name, :match, :now, :actor, :origin, :in_session)"
        " ON CONFLICT (task_id, name) DO UPDATE SET match = excluded.match, ask = excluded.ask",
        stamped(by, now, task=task_id, ask=ask_id, name=rule.name, match=json.dumps(match, ensure_ascii=False)),
    )


def remove_leave(db: Database, task_id: int, name: str) -> None:
    """The rule holds for the task no more. Part of a transaction."""
    db.execute("DELETE FROM leave WHERE task_id = ? AND name = ?", (task_id, name))
