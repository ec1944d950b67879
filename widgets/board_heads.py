"""Owns what a board says beside its cards: its title, the head of each column with its counts, why there is no card.

A count is never cut: where there is no room for names they go, then numbers are told in thousands.
"""

from __future__ import annotations

from console.i18n import _
from console.records.board import COLUMNS
from console.records.task import TaskStatus
from widgets.cells import Line, Span, clip, cut, line_width, number
from widgets.marks import task_mark
from widgets.models import Board
from widgets.painted import Look, unknown
from widgets.rows import plain

__all__ = ("board_title", "column_head", "no_cards")

HEADS = (TaskStatus.PENDING, TaskStatus.WORKING, TaskStatus.REVIEW, TaskStatus.DONE)
"""What each column is called by."""
_SHORT = 4
"""Cells of a number where there is little room."""


def board_title(board: Board, look: Look, cells: int, *, words: str, at: str, focused: bool, ruled: bool) -> Line:
    """Whose board it is, which words its cards have, and `at` which of how many the cursor stands."""
    name = plain(board.name or board.project)
    said = f"  /{plain(words)}" if words else ""
    end: Line = ((said, "warning"), (f"  {at}" if at else "", "dim"))
    lead: Line = ((f"{look.glyphs.horizontal} ", "rule") if ruled else (" ", "text"),)
    lead = (*lead, (_("BOARD"), "title-focused" if focused else "title"), ("  ", "text"))
    line = (*lead, (cut(name, cells - line_width(lead) - line_width(end)), "strong"), *end)
    if not ruled:
        return line
    return (*line, (" ", "text"), (look.glyphs.horizontal * max(0, cells - line_width(line) - 1), "rule"))


def column_head(board: Board, column: int, cells: int, look: Look, *, here: bool) -> Line:
    """The column's name and how many cards it has; those of another status than that are counted under their own mark."""
    counts = _counts(board, column, look)
    for named, short, most in ((True, False, 3), (False, False, 3), (False, True, 3), (False, True, 1)):
        line = _head(column, counts[:most], look, here=here, named=named, short=short)
        if line_width(line) <= cells:
            break
    return clip(line, cells, look.glyphs.more)


def no_cards(board: Board, look: Look, words: str) -> str:
    """Why there is no card at all."""
    if board.wish.words != words:
        return _("Reading…")
    if words and any(n for _status, n in board.counts):
        return _("Nothing here has these words; esc shows all.")
    return unknown(look) or _("No tasks yet.")


Counts = list[tuple[TaskStatus, int | None, int | None]]
"""Status, how many have the words where some are wanted, how many there are; None is not known."""


def _counts(board: Board, column: int, look: Look) -> Counts:
    """A count that could not be read is none."""
    whole, found = dict(board.counts), dict(board.found)
    known = any(whole.values()) or not unknown(look)
    main = HEADS[column]
    order = (main, *(status for status in COLUMNS[column] if status != main))
    return [
        (status, found.get(status, 0) if board.wish.words else None, whole.get(status, 0) if known else None)
        for status in order
        if status == main or whole.get(status, 0)
    ]


def _head(column: int, counts: Counts, look: Look, *, here: bool, named: bool, short: bool) -> Line:
    names = (_("Pending"), _("Working"), _("Review"), _("Done"))
    spans: list[Span] = []
    for status, found, whole in counts:
        mark, role = task_mark(status, look.glyphs)
        spans.append((f" {mark}", role))
        if status == HEADS[column] and named:
            spans.append((f" {names[column]}", "title-focused" if here else "title"))
        told = [_told(n, short) for n in (found, whole) if n is not None]
        spans.append((f"{'' if short else ' '}{'/'.join(told) or '-'}", "dim"))
    return tuple(spans)


def _told(n: int, short: bool) -> str:
    return number(n, _SHORT) if short else str(n)
