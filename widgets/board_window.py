"""Owns what of a board is here: the cards that were read of each column, at which place each lies. It draws nothing."""

from __future__ import annotations

from console.records.task import Task
from widgets.board_heads import columns_spread
from widgets.board_places import COLUMNS
from widgets.board_rows import Rows
from widgets.models import Board
from widgets.painted import Look

__all__ = ("Window",)


class Window:
    """One reading of a board. Where it was read for other words than those that are wanted, nothing of it is here."""

    def __init__(self, board: Board, words: str) -> None:
        self._board, self._starts = board, board.wish.starts
        self._spread_for: tuple[object, ...] = ()
        self._spread: list[tuple[int, int]] = []
        current = board.wish.words == words
        self.columns = board.columns if current else ((),) * len(COLUMNS)
        """The cards that are here."""
        self.rows = [_rows(board, column) if current else Rows(0) for column in COLUMNS]
        """The lines of each column, its cards here or not."""
        self.any = any(rows.cards for rows in self.rows)
        """There are cards, here or not."""

    def spread(self, look: Look, whole: int, column: int) -> list[tuple[int, int]]:
        """Left edge and width of each column in so many cells, where one is worked in. The same is found out once."""
        asked = (id(look.glyphs), look.blind, look.reading, look.language, whole, column)
        if asked != self._spread_for:
            full = [rows.cards > 0 for rows in self.rows]
            self._spread = columns_spread(self._board, look, max(whole, 8), full, column)
            self._spread_for = asked
        return self._spread

    def card(self, column: int, index: int) -> Task | None:
        """The card at a place of a column, where it is here."""
        cards, n = self.columns[column], index - self._starts[column]
        return cards[n] if 0 <= n < len(cards) else None

    def place_of(self, task_id: int) -> tuple[int, int] | None:
        """Column and place of a task, where it is here."""
        for column, cards in enumerate(self.columns):
            for n, task in enumerate(cards):
                if task.id == task_id:
                    return column, self._starts[column] + n
        return None


def _rows(board: Board, column: int) -> Rows:
    return Rows(board.height(column), [n for _name, n in board.groups[column]] if board.groups else ())
