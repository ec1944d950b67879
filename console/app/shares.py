"""Owns how much of a view each of its sides has, as its person left it: percents, by view and width. It draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ("LEAST", "STEP", "Shares", "measured", "moved")

LEAST, STEP = 15, 5
"""Percents: what a side has at least, and what one key moves."""


class Shares:
    """The shares of each view; what is not here is as the view comes."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, ...]] = {}
        """`view/width` to percents, which make a hundred."""

    def of(self, key: str) -> tuple[int, ...]:
        """As they were left; empty where they are as ever."""
        return self.kept.get(key, ())

    def put(self, key: str, shares: tuple[int, ...]) -> None:
        """From now on so; nothing for as ever."""
        self.kept.pop(key, None)
        if shares:
            self.kept[key] = shares

    def take(self, kept: Mapping[str, Sequence[int]]) -> None:
        """What another console left; what makes no whole is left out."""
        for key, shares in kept.items():
            if len(shares) > 1 and sum(shares) == 100 and min(shares) >= LEAST:
                self.kept[key] = tuple(shares)


def measured(cells: Sequence[int]) -> tuple[int, ...]:
    """Percents of sides that are so long."""
    whole = sum(cells)
    first = [round(part * 100 / whole) for part in cells[:-1]]
    return (*first, 100 - sum(first))


def moved(shares: tuple[int, ...], at: int, step: int) -> tuple[int, ...]:
    """The side `at` has `step` more, or less, as far as that goes; the one behind it gives or takes, else the one before."""
    found = list(shares)
    others = [n for n in (at + 1, at - 1) if 0 <= n < len(found)]
    if step > 0:
        others = [n for n in others if found[n] > LEAST] or others
    giver, taker = (others[0], at) if step > 0 else (at, others[0])
    part = max(min(abs(step), found[giver] - LEAST), 0)
    found[giver] -= part
    found[taker] += part
    return tuple(found)
