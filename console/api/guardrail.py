"""Owns the rules on what agents do as they leave the house, and what they would answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.records.act import Say

if TYPE_CHECKING:
    from console.guardrails.acts import ActRule as Rule

__all__ = ("ActRule", "Tried")


class ActRule(Shape, frozen=True, kw_only=True):
    """A rule on what agents do."""

    name: str
    """As decisions name it."""
    effect: Say
    """What it says."""
    source: str
    """guardrails (guardrails.yaml), project (project.yaml), or task (answered with always, for this task)."""
    match: str
    """What it looks at, in one line."""
    reason: str
    """For people, and for the agent that is refused."""

    @classmethod
    def of(cls, rule: Rule, source: str) -> ActRule:
        """Of the rule."""
        given = {key: value for key, value in asdict(rule.match).items() if value not in ((), None)}
        words = ((key, ", ".join(map(str, v)) if isinstance(v, tuple) else v) for key, v in given.items())
        return cls(
            name=rule.name,
            effect=rule.effect,
            source=source,
            match="; ".join(f"{key}: {value}" for key, value in words),
            reason=rule.reason,
        )


class Tried(Shape, frozen=True, kw_only=True):
    """What the rules would answer."""

    effect: Say
    """What they say."""
    rule: str | None
    """Which one; null where none matches."""
    reason: str
    """Why."""
