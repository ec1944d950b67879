"""Owns what a session's output tells at its end: what it used, what became of it, and its own last words.

Nothing is guessed: an output that does not say it in the form that the agent's settings name gives nothing. How each known
form is read is in `forms`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from console.agents.forms import FORMS, Form, Kind, Said
from console.agents.forms.causes import judged
from console.agents.output import OutputLog
from console.foreign_json import foreign_json
from console.records.budget import Usage
from console.text import decoded

__all__ = ("UsageTail",)

TAIL = 4_194_304
"""Bytes of the end of the output that are kept for it. The line of a known form holds the agent's whole answer."""
LINES = 200
"""Lines from the end in which a pattern is looked for."""
WINDOW = 2_000
"""Characters of such a line in which a pattern is looked for at once: one may take as long as their square."""
OVERLAP = 200
"""Characters that two such windows share, so that a number across their border is found."""
WORDS = 65_536
"""Bytes of the end of the output in which an agent's newest words are looked for while it works."""
_ENDS = {"}": "{", "]": "["}
MOST_TOKENS = 10**12
MOST_COST = 1_000_000.0


class UsageTail:
    """Takes bytes as they come; keeps their end where the session's usage is to be read from it."""

    def __init__(self, form: Mapping[str, str]) -> None:
        """`form` as in the start spec; empty keeps nothing."""
        self._patterns = form
        self._form = FORMS.get(form.get("form", ""))
        self._kept = bytearray()
        self._cut = False
        self._steps = Steps(self._form) if self._form is not None and self._form.step else None

    def feed(self, chunk: bytes) -> None:
        """Take what was read."""
        if self._steps is not None:
            self._steps.feed(chunk)
        if self._patterns:
            self._kept += chunk
            if len(self._kept) > 2 * TAIL:
                del self._kept[:-TAIL]
                self._cut = True

    def read(self) -> Usage:
        """What the output says that the session used; nothing where it says nothing."""
        return self.said(0).usage

    @property
    def leaves(self) -> str:
        """The file that the agent leaves in the session's folder for `said`; empty for none."""
        return "" if self._form is None else self._form.leaves

    def said(self, now: int, left: Mapping[str, Any] | None = None, status: int | None = None) -> Said:
        """What the agent says of its whole run, which ended at `now` (epoch ms); a form that is not known says nothing.

        `left` is the object in the file that it leaves, `status` its exit status. An end without a result is an empty one,
        unless its line was too long to be kept, or its form has none.
        """
        if self._form is None:
            return Said(kind=Kind.RESULT, usage=_checked(self._by_patterns()) if self._patterns else Usage())
        objects = chain(() if left is None else (left,), _objects(self._lines()))
        newest = next(objects, None)
        found = None if newest is None else self._form.read(chain((newest,), objects), now)
        said = found or Said(kind=Kind.RESULT if self._form.plain or (self._cut and newest is None) else Kind.EMPTY)
        if self._form.plain and found is None and status:
            said = judged(self._last_words(), now)
        if (kind := self._form.exits(status or 0)) and (found is None or said.kind == Kind.ERROR):
            said = replace(said, kind=kind, text=said.text or self._last_words())
        if self._steps is not None:
            self._steps.close()
            said = replace(said, usage=self._steps.usage)
        return replace(said, usage=_checked(said.usage))

    def _last_words(self) -> str:
        """The last line with a word in it, where only a status tells what became of it."""
        return next((line.strip() for line in self._lines() if any(map(str.isalnum, line))), "")[:WINDOW]

    def last_line(self, output: OutputLog) -> str:
        """The last line of what the agent said: of its own words where its form tells them from data, else of its output."""
        return output.last_line if self._form is None or self._form.plain else output.shown(self.newest_words())

    def newest_words(self) -> str:
        """What the agent said last, in its own words; empty where the end of its output has none, or its form is unknown."""
        if self._form is None:
            return ""
        lines = reversed(bytes(self._kept[-WORDS:]).splitlines())
        return next((text for said in _objects(_decoded(lines)) if (text := self._form.words(said))), "")

    def _lines(self) -> Iterator[str]:
        """Whole lines, the last one first."""
        yield from _decoded(reversed(bytes(self._kept[-TAIL:]).splitlines()))

    def _by_patterns(self) -> Usage:
        lines = [part for line, _ in zip(self._lines(), range(LINES), strict=False) for part in _windows(line)]
        tokens, cost = (_last_number(self._patterns.get(name, ""), lines) for name in ("tokens", "cost"))
        return Usage(tokens=round(tokens) if math.isfinite(tokens) else 0, cost=cost)


class Steps:
    """The sum of what each step used, taken as they come: of a long run only the end of the output is kept."""

    def __init__(self, form: Form) -> None:
        """`form` has a `step`."""
        assert form.step is not None
        self._mark, self._of = form.step
        self._open = bytearray()
        self.usage = Usage()

    def feed(self, chunk: bytes) -> None:
        """Take what was read."""
        self._open += chunk
        if b"\n" in chunk:
            *lines, rest = bytes(self._open).split(b"\n")
            self._open = bytearray(rest)
            for line in lines:
                self._line(line)
        if len(self._open) > TAIL:  # no step is so long; what follows of it is no line either
            self._open = bytearray(b"-")

    def close(self) -> None:
        """Take what has no line end. Safe to call twice."""
        self.feed(b"\n")

    def _line(self, line: bytes) -> None:
        if self._mark in line:
            for said in _objects(iter((decoded(line),))):
                used = self._of(said)
                self.usage = Usage(tokens=self.usage.tokens + used.tokens, cost=self.usage.cost + used.cost)


def _windows(line: str) -> Iterator[str]:
    """Its parts, the last one first."""
    end = len(line)
    while end > WINDOW:
        yield line[end - WINDOW : end]
        end -= WINDOW - OVERLAP
    yield line[:end]


def _decoded(lines: Iterator[bytes]) -> Iterator[str]:
    return (decoded(line) for line in lines)


def _objects(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The objects of the output, the last one first; some programs put them all into one array, or one on many lines."""
    for line in lines:
        if line in _ENDS:
            line = _whole(line, lines)
        if line.lstrip().startswith(("{", "[")):
            try:
                said = foreign_json(line)
            except (ValueError, RecursionError):
                continue
            for one in reversed(said) if isinstance(said, list) else (said,):
                if isinstance(one, dict):
                    yield one


def _whole(end: str, lines: Iterator[str]) -> str:
    """The object or the array whose last line is `end`, back to the line that begins it."""
    begun, found = _ENDS[end], [end]
    for line in lines:
        found.append(line)
        if line == begun:
            break
    return "\n".join(reversed(found))


def _last_number(pattern: str, lines: list[str]) -> float:
    """Of the last line in which the pattern is found the last place; its first group, or all of it, is the number."""
    if not pattern:
        return 0.0
    form = re.compile(pattern)
    for line in lines:
        *_, found = (None, *form.finditer(line))
        if found is not None:
            text = found[1] if form.groups else found[0]
            try:
                return float(re.sub(r"[,_\s]", "", text or ""))
            except ValueError:
                return 0.0
    return 0.0


def _checked(used: Usage) -> Usage:
    """Nothing of what cannot be: an agent's words are no proof."""
    tokens = used.tokens if 0 <= used.tokens <= MOST_TOKENS else 0
    cost = used.cost if math.isfinite(used.cost) and 0 <= used.cost <= MOST_COST else 0.0
    return Usage(tokens=tokens, cost=cost)
