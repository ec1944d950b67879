"""Owns the unified diff of two lists of lines, in a bounded number of steps. Pure: reads nothing, keeps nothing.

difflib alone may take minutes on hostile text (many equal lines in another order); here it gives up after a fixed amount
of work, the same on every machine.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

__all__ = ("TooDifferent", "line_diff")

WORK = 3_000_000
"""Pairs of equal lines that are looked at, about a second."""
CONTEXT = 3
"""Equal lines around each change."""


class TooDifferent(Exception):
    """It would take too long to find out what is equal."""


def line_diff(before: Sequence[str], after: Sequence[str], *, work: int = WORK) -> Iterator[str]:
    """The lines of a unified diff without file names, as in `@@ -1,2 +1,3 @@`. Raises TooDifferent at the first line."""
    groups = list(_Bounded(before, after, work).get_grouped_opcodes(CONTEXT))
    for group in groups:
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for tag, a, a_end, b, b_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in before[a:a_end])
            else:
                yield from (f"-{line}" for line in before[a:a_end])
                yield from (f"+{line}" for line in after[b:b_end])


def _range(start: int, end: int) -> str:
    """As `diff -u` writes it: an empty range begins at the line before it."""
    length = end - start
    return str(start + 1) if length == 1 else f"{start + (length > 0)},{length}"


class _Bounded(difflib.SequenceMatcher[str]):
    """A matcher that counts the candidates that it looks at."""

    b2j: dict[str, list[int]]

    def __init__(self, before: Sequence[str], after: Sequence[str], work: int) -> None:
        super().__init__(None, before, after)
        self.b2j = _Counted(self.b2j, work)


class _Counted(dict[str, list[int]]):
    """Where each line stands in the second text; asking for it costs as much as it has places."""

    def __init__(self, places: dict[str, list[int]], work: int) -> None:
        super().__init__(places)
        self._left = work

    def get(self, line: str, default: list[int] | None = None) -> list[int]:  # type: ignore[override]
        """As dict has it. Raises TooDifferent when all the work is used up."""
        found = super().get(line, default or [])
        self._left -= 1 + len(found)
        if self._left < 0:
            raise TooDifferent
        return found
