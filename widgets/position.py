"""Owns how a pane says where one is in how much: the place in its title, and the thumb of a thin scrollbar at its edge."""

from __future__ import annotations

from widgets.cells import Line, clip, width
from widgets.marks import Glyphs

__all__ = ("barred", "placed")


def placed(title: Line, place: str) -> Line:
    """A title with `place` behind its first words; blanks that were there give way to it."""
    if not place or not title:
        return title
    (text, role), *rest = title
    bare, said = text.rstrip(), f" {place}"
    left = width(text) - width(bare) - width(said)
    return ((bare, role), (said + " " * left if left > 0 else said + " " * min(len(text) - len(bare), 2), "dim"), *rest)


def barred(line: Line, y: int, cells: int, glyphs: Glyphs, *, top: int, fits: int, of: int) -> Line:
    """Line `y` of `fits` in exactly `cells` cells, the thumb in the last one where it lies there; as it was where all fits."""
    if of <= fits or cells < 4:
        return line
    size = max(1, fits * fits // of)
    begin = round((fits - size) * top / (of - fits))
    if not begin <= y < begin + size:
        return line
    return (*clip(line, cells - 1, glyphs.more), (glyphs.thumb, "dim"))
