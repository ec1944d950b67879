"""Owns the rules on what agents do: what each looks at, and what the first that matches says of an act. Pure.

An act of several parts is allowed only where each of its parts is. A rule that denies or asks matches where anything in a
part does; one that allows, only where everything does. What cannot be read for certain no rule allows.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from console.guardrails.patterns import any_glob
from console.records.act import Act, Judged, Part, Say, Spot

__all__ = ("ActMatch", "ActRule", "as_it_is", "exactly", "judge", "pattern_fault")

INSIDE, OUTSIDE = "inside", "outside"
"""In place of a glob of `path`: where the task's folder is and where its agent works, and anywhere else."""
_WRAPPERS = frozenset(
    ("sudo", "doas", "env", "nohup", "nice", "time", "command", "exec", "xargs", "timeout", "builtin")
)
_UNCERTAIN = "its command cannot be read for certain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActMatch:
    """What a rule looks at: every matcher that is given must match, a list by any of its entries. Globs, but for `command`."""

    agent: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    """Word by word; `*` at the end stands for any further words."""
    path: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    cost_over: float | None = None
    tokens_over: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRule:
    """One line of the list; the first that matches a part decides it."""

    name: str
    effect: Say
    match: ActMatch
    reason: str = ""
    """For people, and for the agent that is refused."""


def judge(rules: Iterable[ActRule], act: Act) -> Judged:
    """What the rules say: the strictest of what is said of each part. Without a rule for a part it is asked."""
    listed = tuple(rules)
    found = [_first(listed, act, part) for part in act.parts] or [None]
    for say in (Say.DENY, Say.ASK):
        for rule in found:
            if rule is not None and rule.effect == say:
                return Judged(say=say, rule=rule.name, reason=rule.reason)
    named = [rule for rule in found if rule is not None]
    if len(named) < len(found):
        return Judged(say=Say.ASK)
    if not act.sure:
        return Judged(say=Say.ASK, reason=_UNCERTAIN)
    names = ", ".join(dict.fromkeys(rule.name for rule in named))
    return Judged(say=Say.ALLOW, rule=names, reason=next((rule.reason for rule in named if rule.reason), ""))


def exactly(words: Iterable[str]) -> str:
    """The pattern that matches these words only."""
    return shlex.join(map(as_it_is, words))


def as_it_is(text: str) -> str:
    """The glob that matches this text only."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)


def pattern_fault(pattern: str) -> str | None:
    """What keeps a pattern of `command` from being used, in words after `expected`; None where it is good."""
    try:
        return None if shlex.split(pattern) else "a pattern with a word in it"
    except ValueError:
        return "a pattern whose quotes end"


def _first(rules: tuple[ActRule, ...], act: Act, part: Part) -> ActRule | None:
    return next((rule for rule in rules if _matches(rule, act, part)), None)


def _matches(rule: ActRule, act: Act, part: Part) -> bool:
    match = rule.match
    over = (match.cost_over, act.used.cost), (match.tokens_over, act.used.tokens)
    globs = (
        (match.agent, (act.agent,)),
        (match.role, (act.role,)),
        (match.project, (act.project,)),
        (match.tags, act.tags),
        (_lower(match.tool), (act.tool.lower(),)),
    )
    if not all(limit is None or used > limit for limit, used in over) or not all(
        not wanted or any_glob(wanted, values) for wanted, values in globs
    ):
        return False
    return _allows(match, part) if rule.effect == Say.ALLOW else _touches(match, act, part)


def _allows(match: ActMatch, part: Part) -> bool:
    """A command is allowed only by a rule that names commands."""
    if (match.command or part.words) and not _covered(match.command, part.words):
        return False
    if match.path and (
        part.vague or not part.spots or not all(_lies(match.path, spot, real=True) for spot in part.spots)
    ):
        return False
    return not match.host or bool(part.hosts and all(any_glob(match.host, (host,)) for host in part.hosts))


def _touches(match: ActMatch, act: Act, part: Part) -> bool:
    if match.command and not (
        any(_covered(match.command, words) for words in _readings(part.words))
        or (not act.sure and any(_begun(match.command, act.loose[at:]) for at in range(len(act.loose))))
    ):
        return False
    if match.path and not (
        (part.vague and OUTSIDE in match.path) or any(_lies(match.path, spot, real=False) for spot in part.spots)
    ):
        return False
    return not match.host or any_glob(match.host, part.hosts)


def _lies(wanted: tuple[str, ...], spot: Spot, *, real: bool) -> bool:
    globs = [glob for glob in wanted if glob not in (INSIDE, OUTSIDE)]
    return (
        (spot.inside and INSIDE in wanted)
        or (not spot.inside and OUTSIDE in wanted)
        or any_glob(globs, (spot.real,) if real else (spot.real, spot.written))
    )


def _covered(patterns: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return bool(words) and any(_covers(_split(pattern), words) for pattern in patterns)


def _begun(patterns: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(_covers((*_split(pattern), "*"), words) for pattern in patterns)


def _covers(pattern: tuple[str, ...], words: tuple[str, ...]) -> bool:
    open_end = pattern[-1:] == ("*",)
    head = pattern[:-1] if open_end else pattern
    if len(words) < len(head) or (not open_end and len(words) > len(head)):
        return False
    return all(glob == word or any_glob((glob,), (word,)) for glob, word in zip(head, words, strict=False))


def _readings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words, and what they come to without assignments, the folder of the program and what only starts another one."""
    if not words:
        return
    yield words
    bare = words
    while bare and "=" in bare[0]:
        bare = bare[1:]
    if bare:
        bare = (bare[0].rpartition("/")[2] or bare[0], *bare[1:])
        yield bare
        if bare[0] in _WRAPPERS:
            for at in range(1, len(bare)):
                yield (bare[at].rpartition("/")[2] or bare[at], *bare[at + 1 :])


@lru_cache(maxsize=512)
def _split(pattern: str) -> tuple[str, ...]:
    return tuple(shlex.split(pattern))


def _lower(globs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(glob.lower() for glob in globs)
