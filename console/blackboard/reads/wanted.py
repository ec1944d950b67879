"""Owns how the words that somebody looks for become a condition: every one of them, in any case, each meaning itself."""

from __future__ import annotations

import json
from collections.abc import Mapping

from console.blackboard.connection import Database

__all__ = ("ANY", "fold_case", "having")

ANY = "1"
"""The condition that everything meets."""


def fold_case(db: Database) -> str:
    """The name of a function of SQL that folds the case of every script."""
    db.create_function("casefold", 1, _folded, deterministic=True)
    return "casefold"


def _folded(value: object) -> str:
    return "" if value is None else str(value).casefold()


def having(
    db: Database, words: str, said: str, who: str = "''", agents: Mapping[str, str] | None = None
) -> tuple[str, dict[str, str]]:
    """The condition that every word is in `said`, or what people call the agent `who`, and its values.

    `said` and `who` are expressions of SQL; `agents` are ids and what people call them.
    """
    conditions, values = [ANY], dict[str, str]()
    for n, word in enumerate(words.casefold().split()):
        fold = "lower"  # SQLite's own knows the case of ASCII alone
        if not word.isascii() and word.upper() != word:
            fold = fold_case(db)
        condition = f"instr({fold}({said}), :word{n})"
        values[f"word{n}"] = word
        if called := [agent for agent, label in (agents or {}).items() if word in label.casefold()]:
            condition = f"({condition} OR {who} IN (SELECT value FROM json_each(:called{n})))"
            values[f"called{n}"] = json.dumps(called)
        conditions.append(condition)
    return " AND ".join(conditions), values
