"""Owns which tasks of a project stand in which column of its board, and what somebody wants to see of them.

It knows no database, and nothing of how a board is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.records.task import TaskStatus

__all__ = ("COLUMNS", "WINDOW", "BoardWish")

COLUMNS = (
    (TaskStatus.PENDING, TaskStatus.HELD),
    (TaskStatus.WORKING,),
    (TaskStatus.REVIEW,),
    (TaskStatus.FAILED, TaskStatus.DONE, TaskStatus.CANCELLED),
)
"""The statuses of each column, in their order."""
WINDOW = 200
"""Tasks of one column that are read at once."""
_STEP = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardWish:
    """What is to be read of a board, of which there may be more than anybody wants at once."""

    words: str = ""
    """Only tasks that have every one of these; empty for all."""
    starts: tuple[int, ...] = (0, 0, 0, 0)
    """The place in each column of the first task that is read."""

    @classmethod
    def around(cls, words: str, tops: Sequence[int]) -> BoardWish:
        """All that is in sight, and some pages before and after, where `tops` are the first places that are.

        It stays the same while one moves within a page: each other wish is another look at the database.
        """
        return cls(words=words, starts=tuple(max(0, (top // _STEP - 1) * _STEP) for top in tops))
