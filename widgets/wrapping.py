"""Owns where a long line of spans is broken: at blanks, between wide characters, else anywhere. Draws nothing.

Chinese has no blanks: a line may end after any of its characters, but never begins with what closes a phrase.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.cells import get_character_cell_size

from widgets.cells import Line, Span, line_width, width

__all__ = ("wrap", "wrap_ahead", "wrapped")

OPENS = frozenset("（《〈「『【“‘([{")
CLOSES = frozenset("，。、；：？！）》〉」』】”’…,.;:?!)]}%")


@lru_cache(4096)
def wrapped(spans: Line, indent: int, cells: int) -> tuple[Line, ...]:
    """One paragraph in lines of at most `cells` cells; those after the first begin with `indent` blanks.

    A long text that another thread has wrapped before costs the screen's own thread next to nothing.
    """
    if line_width(spans) <= cells:
        return (spans,)
    lines: list[list[Span]] = [[]]
    used, full = 0, max(cells - indent, 2)
    for text, role in spans:
        while text:
            at = _fits(text, cells - used, full)
            if at == 0 and used == (indent if len(lines) > 1 else 0):
                at = 1  # a character wider than the pane: better cut than lost
            if at:
                lines[-1].append((text[:at], role))
                used += width(text[:at])
            text = text[at:]
            if text:
                text = text.lstrip(" ")
                lines.append([(" " * indent, "text")])
                used = indent
    return tuple(tuple(line) for line in lines)


def wrap(text: str, cells: int) -> list[str]:
    """`text` (one paragraph) in lines of at most `cells` cells."""
    return ["".join(said for said, _role in line).rstrip() for line in wrapped(((text, "text"),), 0, max(cells, 2))]


def _fits(text: str, room: int, full: int) -> int:
    """How many characters go on a line with `room` cells, up to a place where it may be broken; all where all fit.

    A word that is wider than a `full` line begins where there is room for it, and is broken anywhere.
    """
    if not text.isascii():
        return _fits_wide(text, room, full)
    if len(text.rstrip(" ")) <= room:
        return len(text)
    begin = len(text) - len(text.lstrip(" "))
    at = text.rfind(" ", begin, max(room, 0) + 1)
    return at if at > 0 else _anywhere(text, begin, room, room, full)


def _fits_wide(text: str, room: int, full: int) -> int:
    begin = len(text) - len(text.lstrip(" "))
    used = at = 0
    for character in text:
        used += get_character_cell_size(character)
        if used > room and character != " ":
            break
        at += 1
    else:
        return at
    back = (n for n in range(at, begin, -1) if _may_break(text[n - 1], text[n]))
    return next(back, 0) or _anywhere(text, begin, at, room, full)


def _anywhere(text: str, begin: int, at: int, room: int, full: int) -> int:
    """`at` where the first word is wider than a line and there is room for a good part of it, else 0."""
    word = text[begin:].partition(" ")[0]
    return at if at > begin and room * 2 >= full and width(word) > full else 0


def _may_break(before: str, after: str) -> bool:
    if after == " ":
        return True
    cells = get_character_cell_size(after)
    if after in CLOSES or before in OPENS or cells == 0:
        return False
    return before == " " or cells == 2 or get_character_cell_size(before) == 2


def wrap_ahead(paragraphs: Iterable[tuple[int, Line]], cells: int) -> None:
    """Wrap what is shown later, on a thread that may take its time."""
    for indent, spans in paragraphs:
        wrapped(spans, indent, cells)
