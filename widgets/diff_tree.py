"""Owns how a diff of several files reads: a tree of folders and files, under each file the lines that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.diff_rows import Kind, TreeRow
from widgets.anchors import Place
from widgets.cells import Line
from widgets.diff import ROLES, inert
from widgets.marks import Glyphs

__all__ = ("place_in", "tree_lines")


def tree_lines(rows: Iterable[TreeRow], said: Sequence[str], glyphs: Glyphs) -> tuple[Line, ...]:
    """Each row; `said` are their texts, safe for a terminal."""
    return tuple(_line(row, inert(text), glyphs) for row, text in zip(rows, said, strict=True))


def place_in(row: TreeRow) -> Place | None:
    """Where in the file as it is now a row stands, as findings name it."""
    if row.kind == Kind.FOLDER:
        return Place("", 0)
    is_line = row.number is not None and not row.text.startswith("-")
    return Place(row.path, row.number or 0) if is_line else Place(row.path, 0)


def _line(row: TreeRow, text: str, glyphs: Glyphs) -> Line:
    lead = ("  " * row.depth, "text")
    if row.kind == Kind.FOLDER:
        return lead, (text, "secondary")
    if row.kind == Kind.FILE:
        name, _gap, note = text.partition("  ")
        return (
            lead,
            (name, "strong"),
            (f"  +{row.added}", "success"),
            (f" {glyphs.minus}{row.removed}", "error"),
            (f"  {note}" if note else "", "dim"),
        )
    sign, body = text[:1], text[1:]
    role = ROLES.get(sign, "text")
    return (lead, (sign + body, role)) if sign == "@" else (lead, (f"{sign} ", role), (body, role))
