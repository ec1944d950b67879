"""Owns what can be said of rules without any facts: which can never match, and which name things that do not exist.

Only what is certain is said: a rule is called shadowed where everything that it matches is matched by an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.guardrails.patterns import any_glob, is_plain
from console.guardrails.rules import Guardrails, Match, Rule
from console.records.guardrail import Effect

__all__ = ("Finding", "Known", "shadowed", "unknown")

_GLOBS = ("agent", "role", "project", "tags", "command", "path", "output")
_FORMS = ("prompt", "output_text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is where the rules hold."""

    agent: frozenset[str]
    role: frozenset[str]
    project: frozenset[str]
    tags: frozenset[str]
    protocol: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about one rule."""

    rule: int
    """Its place in the list, from 0."""
    key: tuple[str, ...]
    """Of the rule, down to the entry."""
    text: str
    certain: bool = True
    """False where what it names may come to be: a tag, or a glob that covers nothing yet."""


def shadowed(guardrails: Guardrails) -> Iterator[Finding]:
    """Each rule that can never match because of one earlier rule."""
    rules = guardrails.rules
    for place, rule in enumerate(rules):
        above = next((earlier for earlier in rules[:place] if _covers(earlier, rule)), None)
        if above is not None:
            text = f"{rule.name} never matches: the rule {above.name} before it matches all that it does"
            yield Finding(rule=place, key=("name",), text=text)


def unknown(guardrails: Guardrails, known: Known) -> Iterator[Finding]:
    """Each name in a rule that stands for nothing."""
    for place, rule in enumerate(guardrails.rules):
        for matcher in ("agent", "role", "project", "tags"):
            there: frozenset[str] = getattr(known, matcher)
            for n, glob in enumerate(getattr(rule.match, matcher)):
                if not any_glob((glob,), there):
                    word = {"tags": "no task has the tag", "agent": "there is no agent"}.get(matcher)
                    certain = matcher != "tags" and is_plain(glob)
                    text = f"{rule.name}: {word or f'there is no {matcher}'} {glob}"
                    yield Finding(rule=place, key=("match", matcher, str(n)), text=text, certain=certain)
        if rule.effect == Effect.REQUIRE_REVIEW and rule.protocol not in known.protocol:
            text = f"{rule.name}: there is no review protocol {rule.protocol}"
            yield Finding(rule=place, key=("protocol",), text=text)


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether whatever `later` matches, `earlier` matches too."""
    return earlier.stages >= later.stages and all(
        _wider(name, earlier.match, later.match) for name in earlier.match.given()
    )


def _wider(name: str, earlier: Match, later: Match) -> bool:
    """Whether that matcher of `earlier` matches wherever that of `later` does; one that is not given matches anywhere."""
    wide, narrow = getattr(earlier, name), getattr(later, name)
    if narrow in ((), None):
        return False
    if name in _GLOBS:
        return all(any(_glob_covers(w, n) for w in wide) for n in narrow)
    if name in _FORMS:
        return set(narrow) <= set(wide)
    return bool(narrow >= wide)


def _glob_covers(wide: str, narrow: str) -> bool:
    if wide in ("*", narrow):
        return True
    if is_plain(narrow):
        return any_glob((wide,), (narrow,))
    # `ab*` covers whatever begins with `ab`.
    begin = wide.removesuffix("*")
    return wide.endswith("*") and is_plain(begin) and _literal_start(narrow).startswith(begin)


def _literal_start(glob: str) -> str:
    ends = [glob.find(c) for c in "*?[" if c in glob]
    return glob[: min(ends, default=len(glob))]
