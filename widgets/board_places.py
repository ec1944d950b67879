"""Owns where one stands on a board: the cursor of each column, and the first of its cards that is in sight. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ("COLUMNS", "Places")

COLUMNS = range(4)


class Places:
    """The column that is worked in, and a cursor and a top for each; they never lie past the end of what there is."""

    def __init__(self) -> None:
        self.column = 0
        self.cursors = [0, 0, 0, 0]
        self.tops = [0, 0, 0, 0]

    def restart(self) -> None:
        """At the first card of every column: they are other cards now."""
        self.cursors, self.tops = [0, 0, 0, 0], [0, 0, 0, 0]

    @property
    def cursor(self) -> int:
        """In the column that is worked in."""
        return self.cursors[self.column]

    def put(self, column: int, index: int, heights: Sequence[int], fit: int) -> bool:
        """Stand on a card, or on the nearest that there is; says whether that is another place."""
        before = self.column, self.cursor
        self.column, self.cursors[column] = column, max(0, min(index, heights[column] - 1))
        self._follow(column, heights[column], fit)
        return before != (self.column, self.cursor)

    def settle(self, heights: Sequence[int], fit: int) -> None:
        """There are so many cards in each column now, of which `fit` are in sight; 0 while nothing is."""
        if not heights[self.column]:
            self.column = next((n for n in COLUMNS if heights[n]), 0)
        for column in COLUMNS:
            self._follow(column, heights[column], fit)

    def _follow(self, column: int, cards: int, fit: int) -> None:
        """The cursor is in sight, and no line stays empty while there are cards above."""
        cursor = self.cursors[column] = max(0, min(self.cursors[column], cards - 1))
        if fit:
            top = min(self.tops[column], cursor, max(0, cards - fit))
            self.tops[column] = max(0, top, cursor - fit + 1)
