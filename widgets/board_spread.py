"""Owns how wide each column of a board is: those with cards share what there is, the others take no more than their heads.

Where not all of them have room, the ones farthest from the column that is worked in are folded to their heads. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ("OPEN", "spread")

OPEN = 16
"""Cells that a column with cards needs to be read."""


def spread(
    whole: int, full: Sequence[bool], named: Sequence[int], least: Sequence[int], column: int
) -> list[tuple[int, int]]:
    """Left edge and width of each column, of which `full` have cards; `named` and `least` are the cells of their heads."""
    if not any(full):
        return _edges([whole / len(full)] * len(full))
    with_cards = [n for n, cards in enumerate(full) if cards]
    empty = sum(cells for cells, cards in zip(named, full, strict=True) if not cards)
    if (share := (whole - empty) / len(with_cards)) >= OPEN:
        return _edges([share if cards else cells for cells, cards in zip(named, full, strict=True)])
    at = with_cards.index(column) if column in with_cards else 0
    for many in range(len(with_cards), 0, -1):
        first = min(max(0, at - many + 1), len(with_cards) - many)
        open_ones = with_cards[first : first + many]
        folded = sum(cells for n, cells in enumerate(least) if n not in open_ones)
        share = (whole - folded) / many
        if share >= OPEN or many == 1:
            break
    return _edges([max(share, 1) if n in open_ones else cells for n, cells in enumerate(least)])


def _edges(widths: Sequence[float]) -> list[tuple[int, int]]:
    found, edge = [], 0.0
    for cells in widths:
        found.append((round(edge), round(edge + cells) - round(edge)))
        edge += cells
    return found
