"""Owns what an agent's program tells of what it used, by each program's own truth. Pure; nothing is guessed.

Seen: Claude's result is exact; Qwen counts in each piece of a message, Gemini in `_meta.quota`; OpenCode's result holds its
last step only, its cost everything. A cost is that of the whole conversation, also of what went before a resumption.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.records.budget import Usage

__all__ = ("Used",)

MOST = 10**12


@dataclass(slots=True, kw_only=True)
class Used:
    """By one session so far."""

    cost_before: float = 0.0
    """Of the conversation before this session, US dollars."""
    pieces: int = 0
    """Tokens that were told with pieces of messages."""
    result: int = 0
    """Tokens that the results of prompts told."""
    whole_cost: float = 0.0
    context: int = 0
    """Tokens of the conversation as it stands, and what fits."""
    size: int = 0
    left: Usage = field(default_factory=Usage)
    """What was used in a conversation that the session left."""

    @property
    def usage(self) -> Usage:
        """As it is counted: what a result tells goes before what is told on the way."""
        own = Usage(tokens=self.result or self.pieces, cost=max(0.0, self.whole_cost - self.cost_before))
        return self.left + own

    def leave(self) -> None:
        """What comes is of another conversation."""
        self.left = self.usage
        self.pieces = self.result = self.context = 0
        self.cost_before = self.whole_cost = 0.0

    def update(self, update: Mapping[str, Any]) -> bool:
        """Take an update of the session; whether it told anything of this."""
        tokens = _tokens(_map(_map(update.get("_meta")).get("usage")))
        self.pieces += tokens
        if update.get("sessionUpdate") != "usage_update":
            return tokens > 0
        self.context, self.size = _whole(update.get("used")), _whole(update.get("size"))
        cost = _map(update.get("cost"))
        if cost.get("currency", "USD") == "USD" and _number(cost.get("amount")):
            self.whole_cost = _number(cost.get("amount"))
        return True

    def finish(self, result: Mapping[str, Any]) -> None:
        """Take the result of a prompt."""
        quota = _map(_map(_map(result.get("_meta")).get("quota")).get("token_count"))
        self.result += _tokens(_map(result.get("usage"))) or _tokens(quota)

    def fields(self) -> dict[str, Any]:
        """For the transcript: of all so far."""
        found: dict[str, Any] = {"tokens": self.usage.tokens, "cost": round(self.usage.cost, 6)}
        found |= {"context": self.context, "context_size": self.size}
        return {name: value for name, value in found.items() if value} | {"total": True}


def _tokens(counts: Mapping[str, Any]) -> int:
    """The total where there is one; else what was read and written, each program calls it as it likes."""
    for names in (
        ("totalTokens",),
        ("total_tokens",),
        ("inputTokens", "outputTokens"),
        ("input_tokens", "output_tokens"),
    ):
        if found := sum(_whole(counts.get(name)) for name in names):
            return found
    return 0


def _whole(value: object) -> int:
    return int(_number(value))


def _number(value: object) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value < MOST
    return float(value) if fits and isinstance(value, int | float) else 0.0


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
