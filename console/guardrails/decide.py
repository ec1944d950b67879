"""Owns the decision: rules and facts in, the first rule that matches and what follows from it out.

Does no I/O and keeps nothing: the same rules and facts give the same decision.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from console.guardrails.patterns import any_glob, found_in
from console.guardrails.rules import Guardrails, Match, Rule
from console.records.budget import Usage
from console.records.guardrail import DEFAULT, Decision, Effect, Stage

__all__ = ("Facts", "evaluate", "matches")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known when a rule is asked. What no rule looks at may stay empty."""

    stage: Stage
    project: str
    agent: str
    role: str = ""
    tags: tuple[str, ...] = ()
    prompt: str = ""
    """What people and agents wrote for the task; nothing of our own templates."""
    command: str = ""
    paths: tuple[str, ...] = ()
    used: Usage = field(default_factory=Usage)
    """By the task, with all its sessions, so far."""
    outputs: tuple[str, ...] = ()
    """Paths, relative to the task's folder."""
    texts: tuple[str, ...] = ()
    """The beginnings of outputs that are text."""
    reviewing: bool = False
    """A reviewer is to start: only rules about who works, and by which command, are asked."""


def evaluate(guardrails: Guardrails, facts: Facts, exempt: Collection[str] = ()) -> Decision:
    """The decision of the first rule of the stage that matches; those in `exempt` are passed over."""
    for rule in guardrails.at(facts.stage):
        if (
            rule.name not in exempt
            and not (facts.reviewing and _not_for_reviewers(rule))
            and matches(rule.match, facts)
        ):
            return Decision(rule=rule.name, effect=rule.effect, reason=rule.reason, protocol=rule.protocol)
    if guardrails.default == Effect.ALLOW or DEFAULT in exempt or facts.reviewing:
        return Decision(rule=DEFAULT, effect=Effect.ALLOW)
    return Decision(rule=DEFAULT, effect=guardrails.default, reason="no rule allows it")


def matches(match: Match, facts: Facts) -> bool:
    """Whether every matcher that is given matches. Texts come last: they take longest."""
    over = (match.cost_over, facts.used.cost), (match.tokens_over, facts.used.tokens)
    globs = (
        (match.agent, (facts.agent,)),
        (match.role, (facts.role,)),
        (match.project, (facts.project,)),
        (match.tags, facts.tags),
        (match.command, (facts.command,)),
        (match.path, facts.paths),
        (match.output, facts.outputs),
    )
    texts = (match.prompt, (facts.prompt,)), (match.output_text, facts.texts)
    return (
        all(limit is None or used > limit for limit, used in over)
        and all(not wanted or any_glob(wanted, values) for wanted, values in globs)
        and all(not wanted or any(found_in(wanted, text) for text in values) for wanted, values in texts)
    )


def _not_for_reviewers(rule: Rule) -> bool:
    """Rules about the task were asked when its work began; that a review is required does not stop a reviewer."""
    match = rule.match
    who = match.agent or match.role or match.command
    return not who or bool(match.prompt) or rule.effect == Effect.REQUIRE_REVIEW
