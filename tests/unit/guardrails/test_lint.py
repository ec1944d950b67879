"""Promises of what can be said of rules alone: what is called shadowed never decides, and names that exist are not told."""

from __future__ import annotations

from hypothesis import given

from console.guardrails.decide import Facts, evaluate
from console.guardrails.lint import Known, shadowed, unknown
from console.guardrails.rules import Guardrails, Match, Rule, stages_of
from console.records.guardrail import Effect
from tests.unit.guardrails.test_decide import facts, guardrails

KNOWN = Known(
    agent=frozenset({"dev"}),
    role=frozenset({"developer"}),
    project=frozenset({"quant"}),
    tags=frozenset({"prod"}),
    protocol=frozenset({"plan_review"}),
)


def rule(name: str, effect: Effect = Effect.HOLD, protocol: str = "", **match: object) -> Rule:
    made = Match(**match)  # type: ignore[arg-type]
    return Rule(name=name, effect=effect, match=made, stages=stages_of(made, protocol), protocol=protocol)


@given(guardrails(), facts)
def test_a_shadowed_rule_never_decides(rails: Guardrails, known: Facts) -> None:
    hidden = {rails.rules[finding.rule].name for finding in shadowed(rails)}
    assert evaluate(rails, known).rule not in hidden


def test_the_same_and_a_wider_rule_shadow_and_a_narrower_one_does_not() -> None:
    rails = Guardrails(
        rules=(
            rule("a", agent=("dev*",)),
            rule("b", agent=("dev", "dev-2"), tags=("prod",)),
            rule("c", agent=("dev", "ann")),
            rule("d", cost_over=1.0),
            rule("e", cost_over=2.0),
            rule("f", cost_over=0.5),
            rule("g", prompt=("x", "y")),
            rule("h", prompt=("y",), tags=("*",)),
        )
    )
    hidden = {rails.rules[found.rule].name: found.text for found in shadowed(rails)}
    assert list(hidden) == ["b", "e", "h"]
    assert "the rule a before it" in hidden["b"]


def test_a_rule_of_one_stage_does_not_hide_one_of_both() -> None:
    rails = Guardrails(
        rules=(rule("plan", Effect.REQUIRE_REVIEW, "plan_review", tags=("prod",)), rule("hold", tags=("prod",)))
    )
    assert list(shadowed(rails)) == []


def test_each_name_that_stands_for_nothing_is_told_and_may_be_a_warning() -> None:
    rails = Guardrails(
        rules=(
            rule("known", agent=("dev",), role=("dev*",), project=("quant",), tags=("prod",)),
            rule("typo", agent=("dev", "dve")),
            rule("later", tags=("staging",), agent=("test-*",)),
            rule("review", Effect.REQUIRE_REVIEW, "paln_review", role=("pilot",)),
        )
    )
    told = [(rails.rules[f.rule].name, f.key, f.certain) for f in unknown(rails, KNOWN)]
    assert told == [
        ("typo", ("match", "agent", "1"), True),
        ("later", ("match", "agent", "0"), False),
        ("later", ("match", "tags", "0"), False),
        ("review", ("match", "role", "0"), True),
        ("review", ("protocol",), True),
    ]
