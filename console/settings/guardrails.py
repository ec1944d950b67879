"""Owns how guardrails come about: one file, taken whole from the first place that has it, checked, made into rules.

Every problem is told at once, with file, line and key; a file with one is used by nobody. It never writes a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.errors import ConfigError
from console.guardrails.patterns import fault
from console.guardrails.rules import Guardrails, Match, Rule, stages_of
from console.home import Home
from console.records.budget import Budgets, Limit
from console.records.guardrail import DEFAULT, Effect, Stage
from console.scalars import value_of
from console.settings.acts import RESERVED, act_problems, act_rules
from console.settings.check import check, found
from console.settings.guardrail_schema import GUARDRAILS
from console.settings.yaml_file import Document, Problem, read_yaml
from console.shipped_files import shipped

__all__ = ("Loaded", "guardrail_file", "guardrail_places", "load_guardrails")

NAME = "guardrails.yaml"
_PATTERNS = ("prompt", "output_text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What holds, and the file that it comes from, with its lines."""

    guardrails: Guardrails
    document: Document

    def where(self, rule: int, key: tuple[str, ...]) -> str:
        """`file:line` of a key of the rule at that place."""
        return self.document.where(("rules", str(rule), *key))


def guardrail_places(home: Home, project_folder: Path | None) -> tuple[Path, ...]:
    """Where the file is looked for, in this order; without a project, what holds in the home."""
    own = () if project_folder is None else (project_folder / "config" / NAME,)
    return (*own, home.config / NAME, shipped("config", NAME))


def guardrail_file(home: Home, project_folder: Path | None) -> Path:
    """The file that holds: the first one that is there."""
    places = guardrail_places(home, project_folder)
    return next((place for place in places[:-1] if place.exists()), places[-1])


def load_guardrails(home: Home, project_folder: Path | None) -> Loaded:
    """What holds in a project, or in the home. Raises ConfigError with every problem of the file."""
    file = guardrail_file(home, project_folder)
    try:
        document = read_yaml(file)
    except Problem as problem:
        raise ConfigError([str(problem)]) from problem
    problems: list[str] = []
    values = check(document, GUARDRAILS, problems)
    problems += act_problems(values.get("acts", ()), document)
    problems += _problems(values, document, of_project=project_folder is not None and project_folder in file.parents)
    if problems:
        raise ConfigError(problems)
    return Loaded(guardrails=_guardrails(values), document=document)


def _guardrails(values: Mapping[str, Any]) -> Guardrails:
    limits = {name: Limit(**limit) for name, limit in values.get("budgets", {}).items()}
    return Guardrails(
        default=Effect(values["default"]),
        rules=tuple(_rule(rule) for rule in values.get("rules", ())),
        acts=act_rules(values.get("acts", ())),
        budgets=Budgets(**limits),
    )


def _rule(values: Mapping[str, Any]) -> Rule:
    match, protocol = _match(values), values.get("protocol", "")
    asked = values.get("stage")
    return Rule(
        name=values["name"],
        effect=Effect(values["effect"]),
        match=match,
        stages=frozenset({Stage(asked)}) if asked else stages_of(match, protocol),
        protocol=protocol,
        reason=values.get("reason", ""),
    )


def _match(values: Mapping[str, Any]) -> Match:
    known = dict(values.get("match", {}))
    if "path" in known:
        known["path"] = tuple(os.path.expanduser(path) for path in known["path"])
    return Match(**known)


def _problems(values: Mapping[str, Any], document: Document, *, of_project: bool) -> Iterator[str]:
    """What is wrong although every value is of the right kind."""
    if "default" not in document.values:
        yield f"{document.where(())}: default: expected allow, hold or deny, for what no rule matches; found nothing"
    if of_project and values.get("budgets", {}).get("day"):
        where = document.where(("budgets", "day"))
        yield f"{where}: budgets.day: expected only in the home's guardrails.yaml, found in a project's"
    names: dict[str, int] = {}
    for n, rule in enumerate(values.get("rules", ())):
        for key, expected, what in (*_of_rule(rule, document, n), *_of_name(rule, n, names)):
            at = ("rules", str(n), *key)
            yield f"{document.where(at)}: {'.'.join(at)}: expected {expected}, found {what}"


Wrong = tuple[tuple[str, ...], str, str]
"""The key, what was expected there, what was found."""


def _of_name(rule: Mapping[str, Any], n: int, names: dict[str, int]) -> Iterator[Wrong]:
    name = rule.get("name", "")
    if name == DEFAULT or name.startswith(RESERVED):
        yield ("name",), "another name", f"{name}, which moziplus itself uses"
    elif name and names.setdefault(name, n) != n:
        yield ("name",), "each name once", f"{name} again (first is rules.{names[name]})"


def _of_rule(rule: Mapping[str, Any], document: Document, n: int) -> Iterator[Wrong]:
    there = document.values["rules"][n] if isinstance(document.values.get("rules"), list) else {}
    there = {key: value_of(value) for key, value in there.items()} if isinstance(there, dict) else {}
    for key in ("name", "effect"):
        if key not in there:
            yield (), f"a {key}", "none"
    if not there.get("match"):
        yield (), "at least one matcher below match (`default` says what holds for the rest)", "none"
    for matcher in _PATTERNS:
        given = rule.get("match", {}).get(matcher, ())
        listed = isinstance(there["match"].get(matcher), list) if given else False
        for place, pattern in enumerate(given):
            if wrong := fault(pattern):
                yield ("match", matcher, *([str(place)] if listed else [])), wrong, found(pattern)
    yield from _of_effect(rule)


def _of_effect(rule: Mapping[str, Any]) -> Iterator[Wrong]:
    protocol, reviewing = rule.get("protocol"), rule.get("effect") == Effect.REQUIRE_REVIEW
    if reviewing and not protocol:
        yield (), "a protocol beside effect: require_review", "none"
    elif protocol and "effect" in rule and not reviewing:
        yield ("protocol",), "one only beside effect: require_review", f"it beside {rule['effect']}"
    if not rule.get("match"):
        return
    possible = stages_of(_match(rule), protocol or "")
    if not possible:
        words = "matchers that are known together (prompt, command and plan_review before a start; output on a submit)"
        yield ("match",), words, "both"
    elif rule.get("stage") and Stage(rule["stage"]) not in possible:
        yield ("stage",), f"{next(iter(possible))}, for what this rule looks at", rule["stage"]
