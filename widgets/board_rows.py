"""Owns which line of a column of a board has which card, where its cards lie in groups under heads. Draws nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

__all__ = ("Rows",)


class Rows:
    """Cards and lines of one column, both counted from 0. Without groups a line is a card."""

    def __init__(self, cards: int, sizes: Sequence[int] = ()) -> None:
        """`sizes` are those of the groups; what does not add up (counted at another instant) is no grouping."""
        self.cards = cards
        sizes = [size for size in sizes if size] if sum(sizes) == cards else []
        self._starts = [0, *accumulate(sizes)][:-1]
        """The first card of each group."""
        self._heads = [start + n for n, start in enumerate(self._starts)]
        """The line of each head."""

    @property
    def lines(self) -> int:
        """How many lines they take, heads with them."""
        return self.cards + len(self._starts)

    def group_of(self, card: int) -> int:
        """The group of a card; -1 where there are no groups."""
        return bisect_right(self._starts, card) - 1

    def line_of(self, card: int) -> int:
        """The line of a card."""
        return card + self.group_of(card) + 1

    def first_line_of(self, card: int) -> int:
        """The line that has to be in sight with it: the head of its group where it is the first."""
        line = self.line_of(card)
        return line if self.card_at(line - 1) is not None else max(0, line - 1)

    def card_at(self, line: int) -> int | None:
        """The card of a line; None where a head is there, or nothing."""
        group = self.group_at(line)
        card = line - group - 1
        head = group >= 0 and card < self._starts[group]
        return None if head or not 0 <= card < self.cards else card

    def group_at(self, line: int) -> int:
        """The group that a line belongs to, its head with it; -1 where there are no groups."""
        return bisect_right(self._heads, line) - 1

    def card_near(self, line: int) -> int:
        """The first card from a line on."""
        found = self.card_at(line)
        return max(0, self.card_at(line + 1) or 0) if found is None else found
