"""Owns which rows of a list are marked, by their keys, so that one act can be about all of them. It draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import Enum, auto
from typing import Any

__all__ = ("Marking", "Marks")


class Marking(Enum):
    """What is marked, or not any more."""

    ONE = auto()
    ALIKE = auto()
    """Whatever is like the row of the cursor; where all of these are marked, none of them."""
    NONE = auto()


class Marks:
    """The marks of one list."""

    def __init__(self, key: Callable[[Any], Hashable], alike: Callable[[Any], Hashable] | None) -> None:
        """`alike` says what a row has in common with those that are like it."""
        self._key, self._alike = key, alike or key
        self._marked: set[Hashable] = set()

    def has(self, row: Any) -> bool:
        """Whether it is marked."""
        return bool(self._marked) and self._key(row) in self._marked

    def among(self, rows: Sequence[Any]) -> list[Any]:
        """Those that are."""
        return [row for row in rows if self._key(row) in self._marked] if self._marked else []

    def keep(self, rows: Sequence[Any]) -> None:
        """Forget whatever is not there any more."""
        if self._marked:
            self._marked &= {self._key(row) for row in rows}

    def change(self, how: Marking, row: Any, rows: Sequence[Any]) -> bool:
        """Mark, from the row of the cursor on; says whether anything is different then."""
        before = set(self._marked)
        match how:
            case Marking.ONE:
                self._marked ^= {self._key(row)}
            case Marking.ALIKE:
                same = {self._key(each) for each in rows if self._alike(each) == self._alike(row)}
                self._marked = self._marked - same if same <= self._marked else self._marked | same
            case Marking.NONE:
                self._marked.clear()
        return self._marked != before
