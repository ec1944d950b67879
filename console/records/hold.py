"""Owns what is said of why a task is held: one sentence, wherever a person reads it.

It changes nothing; the reason and the rule are as the blackboard keeps them.
"""

from __future__ import annotations

from console.records.ask import HOLD
from console.records.guardrail import TASK_BUDGET

__all__ = ("hold_told", "rule_told")

TOLD_BY_THEMSELVES = frozenset({HOLD, TASK_BUDGET})
"""An open ask, a task's own cap: the reason says so already."""


def hold_told(reason: str | None, rule: str | None) -> str:
    """The reason; where a rule holds the task, its name before that."""
    told, named = reason or "no reason given", rule_told(rule)
    return f"{named}: {told}" if named and named not in told else told


def rule_told(rule: str | None) -> str:
    """The rule, where it is to be named; else empty."""
    return "" if rule is None or rule in TOLD_BY_THEMSELVES else rule
