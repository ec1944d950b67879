"""Owns the measuring of text in terminal cells: cutting, padding and wrapping. len() and ljust() are never used for layout."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

__all__ = ("Line", "Span", "begun_in", "clip", "cut", "fit", "line_width", "number", "right", "width")

Span = tuple[str, str]
"""Text and its colour role; the text is plain, never markup."""
Line = tuple[Span, ...]


def width(text: str) -> int:
    """How many cells `text` takes."""
    return cell_len(text)


@lru_cache(4096)
def cut(text: str, cells: int, more: str = "…") -> str:
    """`text` in at most `cells` cells, its end replaced by `more` where it is longer."""
    if cells <= 0:
        return ""
    if cell_len(text) <= cells:
        return text
    if cells <= cell_len(more):
        return set_cell_size(text, cells).rstrip()
    return set_cell_size(text, cells - cell_len(more)).rstrip() + more


def fit(text: str, cells: int, more: str = "…") -> str:
    """`text` in exactly `cells` cells, left-aligned."""
    if cells <= 0:
        return ""
    return set_cell_size(cut(text, cells, more), cells)


def right(text: str, cells: int) -> str:
    """`text` in exactly `cells` cells, right-aligned; cut at its end where it is longer."""
    shown = cut(text, cells)
    return " " * (cells - cell_len(shown)) + shown


def number(n: int, cells: int) -> str:
    """A count in at most `cells` cells, never without its end: in whole thousands or millions where it is longer."""
    units = ((1_000, "k"), (1_000_000, "M"), (1_000_000_000, "G"))
    texts = (str(n), *(f"{n // by}{unit}" if n >= by else f"<1{unit}" for by, unit in units))
    return next((text for text in texts if len(text) <= cells), "+")


def line_width(line: Iterable[Span]) -> int:
    """How many cells a line takes."""
    return sum(cell_len(text) for text, _ in line)


def clip(line: Iterable[Span], cells: int, more: str = "…") -> Line:
    """A line in exactly `cells` cells: cut where it is longer, padded where it is shorter."""
    spans: list[Span] = []
    room = cells
    for text, role in line:
        taken = cell_len(text)
        if taken > room:
            spans.append((fit(text, room, more), role))
            return tuple(spans)
        spans.append((text, role))
        room -= taken
    if room > 0:
        spans.append((" " * room, "text"))
    return tuple(spans)


def begun_in(line: Line, left: int, cells: int) -> Line:
    """The spans that begin within so many cells from `left` on."""
    spans, x = [], 0
    for text, role in line:
        if left <= x < left + cells:
            spans.append((text, role))
        x += cell_len(text)
    return tuple(spans)
