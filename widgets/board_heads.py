"""Owns what a board says beside its cards: its title, the heads of columns and groups, why there is no card.

A count is never cut: where there is no room for names they go, then numbers are told in thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.i18n import _, ngettext
from console.records.board import COLUMNS, Arrangement, Group, Order, Stand
from widgets.board_spread import spread
from widgets.cells import Line, Span, clip, cut, line_width, number, width
from widgets.marks import task_mark
from widgets.models import Board
from widgets.painted import Look, unknown
from widgets.rows import plain
from widgets.wrapping import wrap

__all__ = ("arranged_words", "board_title", "column_head", "columns_spread", "group_head", "no_cards")

_SHORT = 4
"""Cells of a number where there is little room."""
_ORDERS = {
    Order.URGENCY: lambda: _("by urgency"),
    Order.AGE: lambda: _("the oldest first"),
    Order.CHANGED: lambda: _("what changed last first"),
    Order.COST: lambda: _("the dearest first"),
    Order.TITLE: lambda: _("by title"),
}
_GROUPS = {
    Group.AGENT: lambda: _("in groups by agent"),
    Group.TAG: lambda: _("in groups by tag"),
    Group.PARENT: lambda: _("in groups by parent"),
}
_IN_NONE = {
    Group.AGENT: lambda: _("for anybody"),
    Group.TAG: lambda: _("without a tag"),
    Group.PARENT: lambda: _("without a parent"),
}


def board_title(
    board: Board,
    look: Look,
    cells: int,
    *,
    words: str,
    at: str,
    marked: int,
    ties: Callable[[int], str],
    focused: bool,
    ruled: bool,
) -> Line:
    """Whose board it is and how it lies, which words its cards have, `at` which of how many the cursor stands, and its ties."""
    name = plain(board.name or board.project)
    lead: Line = ((f"{look.glyphs.horizontal} ", "rule") if ruled else (" ", "text"),)
    lead = (*lead, (_("BOARD"), "title-focused" if focused else "title"), ("  ", "text"))
    tags = [(f"/{plain(words)}", "warning")] if words else []
    tags += [(ngettext("{n} marked", "{n} marked", marked).format(n=marked), "warning")] if marked else []
    tags += [(at, "dim")] if at else []
    lies = arranged_words(board.wish.arranged)
    end: Line = tuple((f"  {text}", role) for text, role in tags)
    room = cells - line_width(lead) - line_width(end) - width(name) - 4
    for text, role in ((ties(room), "secondary"), (lies, "dim")):
        if text and width(text) <= room:
            end = (*end, (f"  {text}", role))
            room -= width(text) + 2
    line = (*lead, (cut(name, cells - line_width(lead) - line_width(end)), "strong"), *end)
    if not ruled:
        return line
    return (*line, (" ", "text"), (look.glyphs.horizontal * max(0, cells - line_width(line) - 1), "rule"))


def arranged_words(arranged: Arrangement) -> str:
    """How cards lie where that is not as ever; empty where it is."""
    group = _GROUPS.get(arranged.group)
    said = [] if arranged.order == Order.URGENCY else [_ORDERS[arranged.order]()]
    return ", ".join([*said, *([] if group is None else [group()])])


def column_head(board: Board, column: int, cells: int, look: Look, *, here: bool) -> Line:
    """The column's name and how many cards it has; those that stand there otherwise are counted under their own mark."""
    counts = _counts(board, column, look)
    for named, short in ((True, False), (False, False), (False, True)):
        line = _head(column, counts, look, here=here, named=named, short=short)
        if line_width(line) <= cells:
            break
    return clip(line, cells, look.glyphs.more)


def columns_spread(board: Board, look: Look, whole: int, full: Sequence[bool], column: int) -> list[tuple[int, int]]:
    """Left edge and width of each column in `whole` cells, of which `full` have cards and one is worked in."""

    def cells(*, named: bool) -> list[int]:
        heads = [
            _head(n, _counts(board, n, look), look, here=False, named=named, short=not named) for n in range(len(full))
        ]
        return [line_width(head) + 1 for head in heads]

    return spread(whole, full, cells(named=True), cells(named=False), column)


def group_head(board: Board, column: int, group: int, look: Look) -> Line:
    """What a group is called, and how many cards of this column it has."""
    name, n = board.groups[column][group]
    called = plain(name) if name else _IN_NONE.get(board.wish.arranged.group, str)()
    return ((f" {called}", "title"), (f" {n}", "dim"))


def no_cards(board: Board, look: Look, words: str, cells: int, y: int) -> Line:
    """Line `y` of why there is no card at all."""
    lines = wrap(_why_none(board, look, words), max(cells - 3, 4))
    return ((f" {lines[y]}", "dim"),) if y < len(lines) else ()


def _why_none(board: Board, look: Look, words: str) -> str:
    if board.wish.words != words:
        return _("Reading…")
    if words and any(n for _stand, n in board.counts):
        return _("Nothing here has these words; esc shows all.")
    return unknown(look) or _("No tasks yet.")


Counts = list[tuple[Stand, int | None, int | None]]
"""Stand, how many have the words where some are wanted, how many there are; None is not known."""


def _counts(board: Board, column: int, look: Look) -> Counts:
    """A count that could not be read is none."""
    whole, found = dict(board.counts), dict(board.found)
    known = any(whole.values()) or not unknown(look)
    main, *_others = COLUMNS[column]
    return [
        (stand, found.get(stand, 0) if board.wish.words else None, whole.get(stand, 0) if known else None)
        for stand in COLUMNS[column]
        if stand == main or whole.get(stand, 0)
    ]


def _head(column: int, counts: Counts, look: Look, *, here: bool, named: bool, short: bool) -> Line:
    names = (_("Ready"), _("Blocked"), _("Working"), _("Review"), _("Done"), _("Held"))
    spans: list[Span] = []
    for stand, found, whole in counts:
        mark, role = task_mark(stand.status, look.glyphs, blocked=stand == Stand.BLOCKED)
        spans.append((f" {mark}", role))
        if stand == COLUMNS[column][0] and named:
            spans.append((f" {names[column]}", "title-focused" if here else "title"))
        told = [_told(n, short) for n in (found, whole) if n is not None]
        spans.append((f"{'' if short else ' '}{'/'.join(told) or '-'}", "dim"))
    return tuple(spans)


def _told(n: int, short: bool) -> str:
    return number(n, _SHORT) if short else str(n)
