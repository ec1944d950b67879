"""Owns the unified diff of two lists of lines, in a bounded number of steps. Pure: reads nothing, keeps nothing.

difflib alone may take minutes on hostile text (many equal lines in another order); here it gives up after a fixed amount
of work, the same on every machine.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

__all__ = ("TooDifferent", "line_diff")

WORK = 3_000_000
"""Pairs of equal lines that are looked at, about a second."""
CONTEXT = 3
"""Equal lines around each change."""
SHORT = 1000
"""Lines of both texts up to which the matcher of the standard library is quick by itself."""


class TooDifferent(Exception):
    """It would take too long to find out what is equal."""


def line_diff(before: Sequence[str], after: Sequence[str], *, work: int = WORK) -> Iterator[str]:
    """The lines of a unified diff without file names, as in `@@ -1,2 +1,3 @@`. Raises TooDifferent at the first line."""
    matcher = _Bounded if len(before) + len(after) <= SHORT else _Anchored
    groups = list(matcher(before, after, _Budget(work)).get_grouped_opcodes(CONTEXT))
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


class _Budget:
    """The work that is left."""

    def __init__(self, work: int) -> None:
        self._left = work

    def spend(self, work: int) -> None:
        """Raises TooDifferent when all of it is used up."""
        self._left -= work
        if self._left < 0:
            raise TooDifferent


class _Bounded(difflib.SequenceMatcher[str]):
    """A matcher that counts the candidates that it looks at."""

    b2j: dict[str, list[int]]

    def __init__(self, before: Sequence[str], after: Sequence[str], budget: _Budget) -> None:
        super().__init__(None, before, after)
        self.b2j = _Counted(self.b2j, budget)


class _Counted(dict[str, list[int]]):
    """Where each line stands in the second text; asking for it costs as much as it has places."""

    def __init__(self, places: dict[str, list[int]], budget: _Budget) -> None:
        super().__init__(places)
        self._budget = budget

    def get(self, line: str, default: list[int] | None = None) -> list[int]:  # type: ignore[override]
        """As dict has it. Raises TooDifferent when all the work is used up."""
        found = super().get(line, default or [])
        self._budget.spend(1 + len(found))
        return found


class _Anchored(difflib.SequenceMatcher[str]):
    """For long texts: lines that each has once stand for each other first, then what is between them is matched."""

    def __init__(self, before: Sequence[str], after: Sequence[str], budget: _Budget) -> None:
        super().__init__(None, (), ())
        self.a, self.b, self._budget = before, after, budget

    def get_matching_blocks(self) -> list[difflib.Match]:
        """As the standard library has it: the last is empty, and no two of them touch."""
        found: list[difflib.Match] = []
        old = new = 0
        for a, b in [*_anchors(self.a, self.b), (len(self.a), len(self.b))]:
            for block in self._between(old, a, new, b):
                _add(found, block)
            if a < len(self.a):
                _add(found, difflib.Match(a, b, 1))
            old, new = a + 1, b + 1
        return [*found, difflib.Match(len(self.a), len(self.b), 0)]

    def _between(self, old: int, old_end: int, new: int, new_end: int) -> Iterator[difflib.Match]:
        if old < old_end and new < new_end:
            gap = _Bounded(self.a[old:old_end], self.b[new:new_end], self._budget)
            yield from (difflib.Match(old + a, new + b, size) for a, b, size in gap.get_matching_blocks() if size)


def _add(found: list[difflib.Match], block: difflib.Match) -> None:
    if found and (last := found[-1]).a + last.size == block.a and last.b + last.size == block.b:
        found[-1] = difflib.Match(last.a, last.b, last.size + block.size)
    else:
        found.append(block)


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The places of lines that both texts have once: the longest chain of them that has the same order in both."""
    once, places = Counter(before), Counter(after)
    where = {line: n for n, line in enumerate(after) if places[line] == 1}
    pairs = [(n, where[line]) for n, line in enumerate(before) if line in where and once[line] == 1]
    ends: list[int] = []
    last: list[int] = []
    back: list[int] = []
    for n, (_a, b) in enumerate(pairs):
        at = bisect_left(ends, b)
        if at == len(ends):
            ends.append(b)
            last.append(n)
        else:
            ends[at], last[at] = b, n
        back.append(last[at - 1] if at else -1)
    chain: list[tuple[int, int]] = []
    n = last[-1] if last else -1
    while n >= 0:
        chain.append(pairs[n])
        n = back[n]
    return chain[::-1]
