"""Owns how a change reads side by side: then on the left, now on the right, what belongs together in one row.

Each line is told by its sign and number; within two lines that stand for each other only what differs is coloured as changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from console.i18n import ngettext
from console.records.comparison import Comparison
from widgets.anchors import Place, anchored
from widgets.cells import Line, Span, line_width
from widgets.code import coloured
from widgets.diff import heading, inert
from widgets.marks import Glyphs
from widgets.pages import FileDiff
from widgets.painted import Look
from widgets.prose import line
from widgets.text_pane import Paragraph
from widgets.wrapping import wrapped

__all__ = ("SIDES_MIN", "side_paragraphs")

SIDES_MIN = 150
"""Cells that two files beside each other need."""
_STARTS = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)")
_MARK = 3


@dataclass(frozen=True, slots=True)
class _Side:
    """A line of one of the two files."""

    sign: str
    number: int
    body: str


Row = tuple[_Side | None, _Side | None]


def side_paragraphs(
    file: FileDiff, compared: Comparison, look: Look, marks: Mapping[int, str], cells: int
) -> list[Paragraph]:
    """What changed in one output; `marks` are the numbers of findings by the lines that they name."""
    found = [heading(file, compared, look)]
    rows = list(_rows(file.lines))
    sides = [side for row in rows if row is not None for side in row if side is not None]
    digits = max((len(str(side.number)) for side in sides), default=1)
    half = (cells - 3) // 2
    colours = _colours(file.change.path, rows)
    for row in rows:
        if row is None:
            found.append((0, ((look.glyphs.more, "dim"),)))
            continue
        texts = _texts(row, colours)
        left = wrapped(_cell(row[0], texts[0], digits, ""), digits + 4, half)
        mark = "" if row[1] is None else marks.get(row[1].number, "")
        right = wrapped(_cell(row[1], texts[1], digits, f"{mark:<{_MARK}}"), digits + 4 + _MARK, half)
        beside: list[Paragraph] = [(0, one) for one in _beside(left, right, half, look.glyphs)]
        found += beside if row[1] is None else anchored(beside, Place(file.change.path, row[1].number))
    if file.cut:
        cut = ngettext("{n} more line of this diff", "{n} more lines of this diff", file.cut)
        found.append(line(("warning", cut.format(n=file.cut))))
    return found


def _rows(lines: Iterable[tuple[str, int | None]]) -> Iterator[Row | None]:
    """The lines of a unified diff in pairs; None where lines that did not change are left out."""
    gone: list[_Side] = []
    come: list[_Side] = []
    old, begun = 0, False
    for said, place in lines:
        sign = said[:1]
        if sign == " " or sign == "@":
            yield from zip_longest(gone, come)
            gone, come = [], []
        if sign == "@":
            start = _STARTS.match(said)
            old = int(start[1]) if start else old
            if begun or old > 1:
                yield None
            begun = True
        elif place is None:
            continue  # that a file has no line end at its end
        elif sign == "-":
            gone.append(_Side(sign, place, inert(said[1:])))
            old = place + 1
        elif sign == "+":
            come.append(_Side(sign, place, inert(said[1:])))
        else:
            body = inert(said[1:])
            yield _Side(" ", old, body), _Side(" ", place, body)
            old += 1
    yield from zip_longest(gone, come)


def _colours(path: str, rows: Iterable[Row | None]) -> dict[tuple[bool, int], Line]:
    """By whether it is the file as it is now, and the number of the line."""
    found: dict[tuple[bool, int], Line] = {}
    every = list(rows)
    for now in (False, True):
        sides = [side for row in every if row is not None and (side := row[now]) is not None]
        spans = coloured(path, [side.body for side in sides])
        found |= {(now, side.number): one for side, one in zip(sides, spans, strict=True)}
    return found


def _texts(row: Row, colours: Mapping[tuple[bool, int], Line]) -> tuple[Line, Line]:
    """The words of both, with what differs in the colour of a change."""
    then, now = row
    same = then is not None and now is not None
    head = tail = 0
    if then is not None and now is not None and then.sign != " ":
        head = len(os.path.commonprefix([then.body, now.body]))
        tail = len(os.path.commonprefix([then.body[head:][::-1], now.body[head:][::-1]]))
        same = head + tail > 0
    found: list[Line] = []
    for side, is_now, role in ((then, False, "error"), (now, True, "success")):
        if side is None:
            found.append(())
        elif side.sign == " ":
            found.append(colours[is_now, side.number])
        elif not same:
            found.append(((side.body, role),))
        else:
            found.append(_within(colours[is_now, side.number], head, len(side.body) - tail, role))
    return found[0], found[1]


def _within(spans: Line, start: int, end: int, role: str) -> Line:
    """The spans, with all between two characters in another role."""
    found: list[Span] = []
    at = 0
    for text, usual in spans:
        a, b = max(0, min(start - at, len(text))), max(0, min(end - at, len(text)))
        found += [(text[:a], usual), (text[a:b], role), (text[b:], usual)]
        at += len(text)
    return tuple(span for span in found if span[0])


def _cell(side: _Side | None, text: Line, digits: int, mark: str) -> Line:
    if side is None:
        return ()
    role = {"+": "success", "-": "error"}.get(side.sign, "text")
    return ((mark, "warning"), (f"{side.sign} ", role), (f"{side.number:>{digits}}  ", "dim"), *text)


def _beside(left: Iterable[Line], right: Iterable[Line], half: int, glyphs: Glyphs) -> Iterator[Line]:
    for one, other in zip_longest(left, right, fillvalue=()):
        gap = " " * (half - line_width(one))
        yield (*one, (gap, "text"), (f" {glyphs.vertical} ", "rule"), *other)
