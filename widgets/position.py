"""Owns how a pane says where one is in how much: the place in its title, and the thumb of a thin scrollbar at its edge."""

from __future__ import annotations

from console.i18n import ngettext
from console.text import one_line
from widgets.cells import Line, clip, line_width, width
from widgets.marks import Glyphs

__all__ = ("barred", "placed", "tagged")


def placed(title: Line, place: str) -> Line:
    """A title with `place` behind its first words; blanks that were there give way to it."""
    if not place or not title:
        return title
    (text, role), *rest = title
    bare, said = text.rstrip(), f" {place}"
    left = width(text) - width(bare) - width(said)
    return ((bare, role), (said + " " * left if left > 0 else said + " " * min(len(text) - len(bare), 2), "dim"), *rest)


def tagged(title: Line, marked: int, words: str, cells: int) -> Line:
    """With how many rows are marked and what is looked for behind it; a title that is full gives way to them."""
    said = ngettext("{n} marked", "{n} marked", marked).format(n=marked)
    found = ((said, marked), (f"/{one_line(words, 40)}", words))
    tags: Line = tuple((f"  {text}", "warning") for text, told in found if told)
    if tags and line_width((*title, *tags)) >= cells:
        title = tuple((text.rstrip(), kind) for text, kind in title[:1])
    return (*title, *tags)


def barred(line: Line, y: int, cells: int, glyphs: Glyphs, *, top: int, fits: int, of: int) -> Line:
    """Line `y` of `fits` in exactly `cells` cells, the thumb in the last one where it lies there; as it was where all fits."""
    if of <= fits or cells < 4:
        return line
    size = max(1, fits * fits // of)
    begin = round((fits - size) * top / (of - fits))
    if not begin <= y < begin + size:
        return line
    return (*clip(line, cells - 1, glyphs.more), (glyphs.thumb, "dim"))
