"""Owns the rules: what each looks at, what follows where it matches, and at which stages it is asked.

Reads no files: `console.settings.guardrails` makes these from YAML and names what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from console.guardrails.acts import ActRule
from console.records.budget import Budgets
from console.records.guardrail import Effect, Stage
from console.records.review import PLAN_REVIEW

__all__ = ("AT_DISPATCH", "AT_SUBMIT", "Guardrails", "Match", "Rule", "stages_of")

AT_DISPATCH = ("prompt", "command")
"""Matchers whose facts are known before a start only."""
AT_SUBMIT = ("output", "output_text")
"""Matchers whose facts are known when work is handed in only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a rule looks at: every matcher that is given must match, a list by any of its entries."""

    agent: tuple[str, ...] = ()
    """Globs over the agent's id."""
    role: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    """Regular expressions, searched in each line of what people and agents wrote for the task."""
    command: tuple[str, ...] = ()
    """Globs over the agent's arguments with a space between them."""
    path: tuple[str, ...] = ()
    """Globs over the folder that the agent works in, and over the project's `workdir`."""
    cost_over: float | None = None
    """US dollars that the task has used up so far."""
    tokens_over: int | None = None
    output: tuple[str, ...] = ()
    """Globs over the paths of outputs."""
    output_text: tuple[str, ...] = ()
    """Regular expressions, searched in each line of outputs that are text."""

    def given(self) -> Iterator[str]:
        """The names of the matchers that are given."""
        return (f.name for f in fields(self) if getattr(self, f.name) not in ((), None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the list; the first that matches decides."""

    name: str
    effect: Effect
    match: Match
    stages: frozenset[Stage]
    protocol: str = ""
    """Of `require_review`."""
    reason: str = ""
    """For people, and for the agent that is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrails:
    """The rules that hold somewhere, with the budgets that stand beside them."""

    default: Effect = Effect.ALLOW
    rules: tuple[Rule, ...] = ()
    acts: tuple[ActRule, ...] = ()
    """On what agents do."""
    budgets: Budgets = field(default_factory=Budgets)

    def at(self, stage: Stage) -> tuple[Rule, ...]:
        """The rules that are asked at a stage, in order."""
        return tuple(rule for rule in self.rules if stage in rule.stages)

    def look_at(self, matcher: str, stage: Stage) -> bool:
        """Whether some rule of a stage needs that matcher's fact: what nobody asks for need not be found out."""
        return any(getattr(rule.match, matcher) not in ((), None) for rule in self.at(stage))

    def silent_at(self, stage: Stage) -> bool:
        """Whether there is nothing to decide at a stage."""
        return self.default == Effect.ALLOW and not self.at(stage)


def stages_of(match: Match, protocol: str = "") -> frozenset[Stage]:
    """Where a rule with these matchers can be asked; empty where it looks at things that are never known together."""
    given = set(match.given())
    found = {Stage.DISPATCH, Stage.SUBMIT}
    if given & set(AT_DISPATCH) or protocol == PLAN_REVIEW:
        found.discard(Stage.SUBMIT)
    if given & set(AT_SUBMIT):
        found.discard(Stage.DISPATCH)
    return frozenset(found)
