"""Owns how a rule's words are compared with a text: globs, and regular expressions that cannot run away.

A pattern is searched in each line of a text, and in no more of the text than `MOST`. What could take time that grows
without bound (a repeated group that itself repeats or chooses) is refused when the rules are read, never found out later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from functools import lru_cache
from warnings import catch_warnings, simplefilter

__all__ = ("MOST", "any_glob", "fault", "found_in", "is_plain")

MOST = 100_000
"""Characters of a text that are looked at."""
LINE = 500
"""Characters of a line that are looked at in one go; a longer line is looked at in parts that overlap."""
OVERLAP = 100
PATTERN_MAX = 500
REPEATS = 10
"""Repetitions and options in one pattern."""
UNBOUNDED = 5
"""Of these, those without an upper end: each can multiply the time by the length of a line."""

_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")
_ONCE = re.compile(r"\{1\}|\{0?,1\}|\?")
"""Quantifiers that repeat nothing."""
_ENDLESS = re.compile(r"[*+]|\{\d*,\}")
_GROUP = re.compile(r"\?(?:P<\w+>|[aiLmsu-]*:|<?[=!]|>|#[^)]*|P=\w+|[aiLmsu]+|\(\w+\))")
"""What may follow the parenthesis that opens a group."""
_VERBOSE = re.compile(r"\(\?[aiLmsu]*x")


def fault(pattern: str) -> str | None:
    """What keeps `pattern` from being used, in words after `expected`; None where it is good."""
    if not 1 <= len(pattern) <= PATTERN_MAX:
        return f"a regular expression of 1 to {PATTERN_MAX} characters"
    try:
        with catch_warnings():
            simplefilter("error")  # what Python will understand otherwise one day is refused as well
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        return f"a regular expression ({error})"
    return _runs_away(pattern)


def found_in(patterns: Iterable[str], text: str) -> bool:
    """Whether any of the patterns is found in some line of the text."""
    lines = list(_pieces(text[:MOST]))
    return any(form.search(line) for form in map(_compiled, patterns) for line in lines)


def any_glob(globs: Iterable[str], values: Iterable[str]) -> bool:
    """Whether any glob covers any value whole; `*` covers anything, `/` too."""
    known = [value for value in values if value]
    return any(_glob(glob).match(value) for glob in globs for value in known)


def is_plain(glob: str) -> bool:
    """Whether a glob stands for nothing but itself."""
    return not set(glob) & set("*?[")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=512)
def _glob(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob))


def _pieces(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if len(line) <= LINE:
            yield line
        else:
            yield from (line[at : at + LINE] for at in range(0, len(line), LINE - OVERLAP))


def _runs_away(pattern: str) -> str | None:
    """Refuse a repeated group with a repetition, an option or an alternative inside, and too many repetitions in all."""
    inside, last, total, endless = [False], False, 0, 0
    for kind, token in _tokens(pattern):
        if kind == "open":
            inside.append(False)
        elif kind == "close" and len(inside) > 1:
            inner = inside.pop()
            inside[-1] = inside[-1] or inner
            last = inner
            continue
        elif kind == "choice":
            inside[-1] = True
        elif kind == "repeat":
            if last and not _ONCE.fullmatch(token):
                return "no repeated group with *, +, ?, {} or | inside, as in (a+)+: it may take for ever"
            inside[-1], total = True, total + 1
            endless += _ENDLESS.fullmatch(token) is not None
        last = False
    if total > REPEATS or endless > UNBOUNDED:
        return f"at most {REPEATS} of *, +, ? and {{}} in a pattern, {UNBOUNDED} of them without an upper end"
    return "a pattern without the flag x" if _VERBOSE.search(pattern) else None


def _tokens(pattern: str) -> Iterator[tuple[str, str]]:
    """(open, close, choice, repeat or other; its text) of each part of a pattern that compiles."""
    at = 0
    while at < len(pattern):
        c = pattern[at]
        if c == "\\":
            yield "other", pattern[at : at + 2]
            at += 2
        elif c == "[":
            end = _end_of_class(pattern, at)
            yield "other", pattern[at:end]
            at = end
        elif c == "(":
            yield "open", c
            at += 1
            if found := _GROUP.match(pattern, at):
                at = found.end()
        elif found := _QUANTIFIER.match(pattern, at):
            yield "repeat", found[0]
            at = found.end()
            if at < len(pattern) and pattern[at] in "?+":  # lazy or possessive
                at += 1
        else:
            yield {")": "close", "|": "choice"}.get(c, "other"), c
            at += 1


def _end_of_class(pattern: str, at: int) -> int:
    """Behind the `]` that ends the class which begins at `at`."""
    at += 2 if pattern[at + 1 : at + 2] == "^" else 1
    at += pattern[at : at + 1] == "]"
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
