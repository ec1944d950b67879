"""Owns which of what needs the operator is shown as one row: cases that are alike, until somebody opens them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from console.records.snooze import alike
from widgets.models import NeedRow

__all__ = ("FOLDS", "folded")

FOLDS = 3
"""So many that are alike are shown as one."""


def folded(needs: Sequence[NeedRow], opened: Collection[str]) -> tuple[NeedRow, ...]:
    """The rows in their order; those that are alike behind the first of them, but for kinds that were opened.

    What is urgent always has a row of its own.
    """
    kinds = defaultdict[str, list[NeedRow]](list)
    for row in needs:
        kinds["" if row.need.urgent else alike(row.need)].append(row)
    many = {kind: rows for kind, rows in kinds.items() if kind and kind not in opened and len(rows) >= FOLDS}
    if not many:
        return tuple(needs)
    found = []
    for row in needs:
        rows = many.get("" if row.need.urgent else alike(row.need))
        if rows is None:
            found.append(row)
        elif row is rows[0]:
            found.append(replace(row, alike=tuple(rows[1:])))
    return tuple(found)
