"""Owns a find in a text: where its words stand in the wrapped lines, at which of these places one is, and how both are lit.

It draws nothing and scrolls nothing; words that a line's end divides are found all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from widgets.cells import Line, Span

__all__ = ("Find", "Paragraph")

Paragraph = tuple[int, Line]
"""Indent of the lines after the first, and the spans."""


class Lit(NamedTuple):
    """A part of a wrapped line, in characters."""

    start: int
    end: int
    hit: int
    """Which place it is of."""


class Find:
    """The words that are looked for, and the places that have them."""

    def __init__(self) -> None:
        self.words = ""
        """Empty where nothing is looked for."""
        self.at = 0
        self._lines: list[int] = []
        """Of each place the line in which it begins."""
        self._lit: dict[int, list[Lit]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def line(self) -> int:
        """Where the place at which one is begins."""
        return self._lines[self.at]

    @property
    def told(self) -> str:
        """At which place of how many."""
        return f"/{self.words} {self.at + 1 if self._lines else 0}/{len(self._lines)}"

    def look(self, paragraphs: Sequence[Paragraph], lines: Sequence[Line], starts: Sequence[int]) -> None:
        """Look anew; `starts` are the first line of each paragraph, and one more. One stays where one is where that goes."""
        before = self._lines[self.at] if self._lines else 0
        self._lines, self._lit = [], {}
        if not self.words:
            return
        wanted = re.compile(re.escape(self.words), re.IGNORECASE)
        for (indent, spans), (first, end) in zip(paragraphs, pairwise(starts), strict=False):
            text = _text(spans)
            if hits := [match.span() for match in wanted.finditer(text)]:
                self._note(hits, list(_parts(text, lines[first:end], indent)), first)
        self.go_from(before)

    def go_from(self, line: int) -> None:
        """Be at the first place in `line` or below, else at the very first."""
        self.at = next((n for n, at in enumerate(self._lines) if at >= line), 0)

    def step(self, places: int) -> None:
        """Be so many places further; behind the last comes the first."""
        self.at = (self.at + places) % max(1, len(self._lines))

    def shown(self, number: int, line: Line) -> Line:
        """A line with what was found in it standing out."""
        lit = self._lit.get(number)
        if not lit:
            return line
        spans: list[Span] = []
        x = 0
        for text, role in line:
            spans += _cut(text, role, x, lit, self.at)
            x += len(text)
        return tuple(spans)

    def _note(self, hits: Sequence[tuple[int, int]], parts: Sequence[tuple[int, int, int]], first: int) -> None:
        for begin, end in hits:
            number, seen = len(self._lines), False
            for n, (at, lead, length) in enumerate(parts):
                start, stop = max(begin, at), min(end, at + length)
                if start < stop:
                    if not seen:
                        self._lines.append(first + n)
                    seen = True
                    self._lit.setdefault(first + n, []).append(Lit(start - at + lead, stop - at + lead, number))


def _text(spans: Line) -> str:
    return "".join(text for text, _role in spans)


def _parts(text: str, lines: Sequence[Line], indent: int) -> Iterator[tuple[int, int, int]]:
    """Of each line of a paragraph: where in `text` it begins, how many characters stand before that, how many it has of it."""
    at = 0
    for n, line in enumerate(lines):
        lead = indent if n else 0
        said = _text(line)[lead:]
        while at < len(text) and not text.startswith(said, at):
            at += 1  # blanks at the end of a line are left out
        yield at, lead, len(said)
        at += len(said)


def _cut(text: str, role: str, x: int, lit: Sequence[Lit], here: int) -> Iterator[Span]:
    """A span in pieces: `x` is where it begins in its line."""
    at = 0
    for one in lit:
        start, end = max(one.start - x, at), min(one.end - x, len(text))
        if start >= end:
            continue
        if start > at:
            yield text[at:start], role
        yield text[start:end], "found-here" if one.hit == here else "found"
        at = end
    if at < len(text):
        yield text[at:], role
