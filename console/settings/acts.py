"""Owns how rules on what agents do come out of a settings file: each made a rule, each problem with its line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.guardrails.acts import INSIDE, OUTSIDE, ActMatch, ActRule, pattern_fault
from console.records.act import Say
from console.settings.check import found
from console.settings.yaml_file import Document

__all__ = ("act_problems", "act_rules")

RESERVED = ("ask.", "budget.", "guardrails.")


def act_rules(listed: Sequence[Mapping[str, Any]]) -> tuple[ActRule, ...]:
    """The rules, of values without problems."""
    return tuple(
        ActRule(
            name=rule["name"],
            effect=Say(rule["effect"]),
            match=_match(rule["match"]),
            reason=rule.get("reason", ""),
        )
        for rule in listed
    )


def act_problems(listed: Sequence[Mapping[str, Any]], document: Document) -> Iterator[str]:
    """What is wrong although every value is of the right kind."""
    names: dict[str, int] = {}
    for n, rule in enumerate(listed):
        for key, expected, what in _of_rule(rule, n, names):
            at = ("acts", str(n), *key)
            yield f"{document.where(at)}: {'.'.join(at)}: expected {expected}, found {what}"


def _of_rule(rule: Mapping[str, Any], n: int, names: dict[str, int]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for key in ("name", "effect"):
        if key not in rule:
            yield (), f"a {key}", "none"
    if not rule.get("match"):
        yield (), "at least one matcher below match (what no rule matches is asked)", "none"
    name = rule.get("name", "")
    if name.startswith(RESERVED):
        yield ("name",), "another name", f"{name}, which moziplus itself uses"
    elif name and names.setdefault(name, n) != n:
        yield ("name",), "each name once", f"{name} again (first is acts.{names[name]})"
    for pattern in rule.get("match", {}).get("command", ()):
        if wrong := pattern_fault(pattern):
            yield ("match", "command"), wrong, found(pattern)


def _match(values: Mapping[str, Any]) -> ActMatch:
    known = dict(values)
    if "path" in known:
        known["path"] = tuple(dict.fromkeys(form for path in known["path"] for form in _forms(path)))
    return ActMatch(**known)


def _forms(glob: str) -> Iterator[str]:
    """As it is written, and with the links of its folders followed: paths of acts are given as they really are."""
    if glob in (INSIDE, OUTSIDE):
        yield glob
        return
    glob = os.path.expanduser(glob)
    yield glob
    at = min((place for place in map(glob.find, "*?[") if place >= 0), default=len(glob))
    folder, slash, rest = glob[:at].rpartition("/")
    if folder:
        yield f"{os.path.realpath(folder)}{slash}{rest}{glob[at:]}"
