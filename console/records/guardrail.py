"""Owns the guardrail's word: what a rule can do, when it is asked, and one decision as the blackboard keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row

DEFAULT = "default"
"""The name of the decision where no rule matches."""
TASK_BUDGET = "budget.task"
"""The name under which a task that has used up its own budget is held."""


class Effect(StrEnum):
    """What follows where a rule matches."""

    ALLOW = "allow"
    HOLD = "hold"
    """It waits for the operator."""
    DENY = "deny"
    """A task fails before it starts; a submission is refused."""
    REQUIRE_REVIEW = "require_review"
    """One more protocol must approve it."""


class Stage(StrEnum):
    """When a decision is made."""

    DISPATCH = "dispatch"
    """Before a session starts."""
    SUBMIT = "submit"
    """Before work is handed in."""
    USAGE = "usage"
    """When something was used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows, and from which rule."""

    rule: str
    effect: Effect
    reason: str = ""
    """For people, and for the agent that is refused."""
    protocol: str = ""
    """Of `require_review`."""

    @property
    def by_default(self) -> bool:
        """No rule matched, and that is fine: there is nothing to tell."""
        return self.rule == DEFAULT and self.effect == Effect.ALLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailDecision:
    """The same as the blackboard keeps it."""

    id: int
    task_id: int | None
    session: str | None = None
    stage: Stage
    rule: str
    effect: Effect
    reason: str = ""
    at: int = 0
    """Epoch ms."""
    actor: str = ""
    text_sha: str | None = None
    """Of an operator's release: the hash of the text that the rule no longer holds."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> GuardrailDecision:
        """From a row of `guardrail_decisions`."""
        return from_row(cls, row, stage=Stage, effect=Effect)
