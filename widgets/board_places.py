"""Owns where one stands on a board: the cursor of each column, and the first of its lines that is in sight. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence

from console.records import board
from widgets.board_rows import Rows

__all__ = ("COLUMNS", "Places")

COLUMNS = range(len(board.COLUMNS))


class Places:
    """The column that is worked in, and a cursor and a top for each; they never lie past the end of what there is."""

    def __init__(self) -> None:
        self.column = 0
        self.restart()

    def restart(self) -> None:
        """At the first card of every column: they are other cards now."""
        self.cursors, self.tops = [0 for _column in COLUMNS], [0 for _column in COLUMNS]

    @property
    def cursor(self) -> int:
        """In the column that is worked in."""
        return self.cursors[self.column]

    def put(self, column: int, index: int, rows: Sequence[Rows], fit: int) -> bool:
        """Stand on a card, or on the nearest that there is; says whether that is another place."""
        before = self.column, self.cursor
        self.column, self.cursors[column] = column, max(0, min(index, rows[column].cards - 1))
        self._follow(column, rows[column], fit)
        return before != (self.column, self.cursor)

    def settle(self, rows: Sequence[Rows], fit: int) -> None:
        """There are so many cards in each column now, of which `fit` lines are in sight; 0 while nothing is."""
        if not rows[self.column].cards:
            self.column = next((n for n in COLUMNS if rows[n].cards), 0)
        for column in COLUMNS:
            self._follow(column, rows[column], fit)

    def _follow(self, column: int, rows: Rows, fit: int) -> None:
        """The cursor is in sight, and no line stays empty while there are cards above."""
        cursor = self.cursors[column] = max(0, min(self.cursors[column], rows.cards - 1))
        if fit:
            top = min(self.tops[column], rows.first_line_of(cursor), max(0, rows.lines - fit))
            self.tops[column] = max(0, top, rows.line_of(cursor) - fit + 1)
