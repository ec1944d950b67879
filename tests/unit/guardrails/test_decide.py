"""Promises of the decision: the first rule that matches decides, in any list of rules, for any facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.guardrails.decide import Facts, evaluate, matches
from console.guardrails.rules import Guardrails, Match, Rule, stages_of
from console.records.budget import Usage
from console.records.guardrail import DEFAULT, Decision, Effect, Stage

IDS = ("ann", "bob", "cat")
globs = st.lists(st.sampled_from([*IDS, "*", "a*", "?ob"]), max_size=2).map(tuple)
words = st.lists(st.sampled_from(["delete", "prod", "^x", "(?i)DROP"]), max_size=2).map(tuple)
matchers = st.builds(
    Match,
    agent=globs,
    role=globs,
    project=globs,
    tags=globs,
    prompt=words,
    path=globs,
    cost_over=st.sampled_from([None, None, 0.5, 2.0]),
    tokens_over=st.sampled_from([None, None, 10]),
).filter(lambda match: any(match.given()))


@st.composite
def guardrails(draw: st.DrawFn) -> Guardrails:
    """Up to five rules with names of their own."""
    found = draw(st.lists(st.tuples(matchers, st.sampled_from(Effect)), max_size=5))
    rules = [
        Rule(name=f"r{n}", effect=effect, match=match, stages=stages_of(match), protocol="p")
        for n, (match, effect) in enumerate(found)
    ]
    default = draw(st.sampled_from([Effect.ALLOW, Effect.ALLOW, Effect.HOLD, Effect.DENY]))
    return Guardrails(default=default, rules=tuple(rules))


facts = st.builds(
    Facts,
    stage=st.sampled_from([Stage.DISPATCH, Stage.SUBMIT]),
    project=st.sampled_from(IDS),
    agent=st.sampled_from(IDS),
    role=st.sampled_from([*IDS, ""]),
    tags=st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    prompt=st.sampled_from(["", "delete it", "x\nDrop all", "to prod"]),
    paths=st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    used=st.builds(Usage, tokens=st.integers(0, 20), cost=st.sampled_from([0.0, 1.0, 3.0])),
)


@given(guardrails(), facts)
def test_the_first_rule_that_matches_decides(rails: Guardrails, known: Facts) -> None:
    asked = [rule for rule in rails.rules if known.stage in rule.stages and matches(rule.match, known)]
    decision = evaluate(rails, known)
    if asked:
        assert (decision.rule, decision.effect) == (asked[0].name, asked[0].effect)
    else:
        assert (decision.rule, decision.effect) == (DEFAULT, rails.default)


@given(guardrails(), facts)
def test_a_lifted_rule_is_as_if_it_were_not_there(rails: Guardrails, known: Facts) -> None:
    first = evaluate(rails, known)
    without = replace(rails, rules=tuple(rule for rule in rails.rules if rule.name != first.rule))
    if first.rule != DEFAULT:
        assert evaluate(rails, known, {first.rule}) == evaluate(without, known)
    everything = {rule.name for rule in rails.rules} | {DEFAULT}
    assert evaluate(rails, known, everything) == Decision(rule=DEFAULT, effect=Effect.ALLOW)


@given(guardrails(), facts)
def test_rules_behind_the_one_that_decides_change_nothing(rails: Guardrails, known: Facts) -> None:
    first = evaluate(rails, known)
    if first.rule != DEFAULT:
        place = next(n for n, rule in enumerate(rails.rules) if rule.name == first.rule)
        assert evaluate(replace(rails, rules=rails.rules[: place + 1]), known) == first


@given(matchers, facts)
def test_every_matcher_that_is_given_must_match(match: Match, known: Facts) -> None:
    parts = [Match(**{name: getattr(match, name)}) for name in match.given()]
    assert matches(match, known) == all(matches(part, known) for part in parts)


@given(guardrails(), facts)
def test_a_reviewer_is_asked_only_by_rules_about_who_works(rails: Guardrails, known: Facts) -> None:
    decision = evaluate(rails, replace(known, stage=Stage.DISPATCH, reviewing=True))
    assert decision.effect != Effect.REQUIRE_REVIEW
    if decision.rule != DEFAULT:
        match = next(rule.match for rule in rails.rules if rule.name == decision.rule)
        assert (match.agent or match.role or match.command) and not match.prompt
    else:
        assert decision.by_default


@pytest.mark.parametrize(
    ("match", "stages"),
    [
        ({"agent": ("a",)}, {Stage.DISPATCH, Stage.SUBMIT}),
        ({"prompt": ("a",)}, {Stage.DISPATCH}),
        ({"command": ("a",), "tags": ("x",)}, {Stage.DISPATCH}),
        ({"output": ("a",)}, {Stage.SUBMIT}),
        ({"output_text": ("a",), "cost_over": 1.0}, {Stage.SUBMIT}),
        ({"prompt": ("a",), "output": ("a",)}, set()),
    ],
)
def test_a_rule_is_asked_where_what_it_looks_at_is_known(match: dict[str, Any], stages: set[Stage]) -> None:
    assert stages_of(Match(**match)) == stages
    assert Stage.SUBMIT not in stages_of(Match(**match), "plan_review")


def test_cost_and_tokens_match_above_their_number_only() -> None:
    known = Facts(stage=Stage.SUBMIT, project="p", agent="a", used=Usage(tokens=10, cost=2.0))
    assert not matches(Match(cost_over=2.0), known)
    assert not matches(Match(tokens_over=10), known)
    assert matches(Match(cost_over=1.99, tokens_over=9), known)
