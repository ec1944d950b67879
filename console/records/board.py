"""Owns which tasks of a project stand in which column of its board, in which order, and what somebody wants to see of them.

It knows no database, and nothing of how a board is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from console.records.task import TaskStatus

__all__ = ("COLUMNS", "ENDED", "WINDOW", "Arrangement", "BoardWish", "Group", "Order", "Stand")


class Stand(StrEnum):
    """Where a task stands on a board: its status, but a pending one is ready, or blocked by what is not done."""

    READY = "ready"
    BLOCKED = "blocked"
    WORKING = "working"
    REVIEW = "review"
    DONE = "done"
    HELD = "held"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def status(self) -> TaskStatus:
        """The status of whatever stands there."""
        return TaskStatus.PENDING if self in (Stand.READY, Stand.BLOCKED) else TaskStatus(str(self))


COLUMNS = (
    (Stand.READY,),
    (Stand.BLOCKED,),
    (Stand.WORKING,),
    (Stand.REVIEW,),
    (Stand.DONE,),
    (Stand.HELD, Stand.FAILED, Stand.CANCELLED),
)
"""What stands in each column, in its order: the last has whatever does not go on by itself."""
ENDED = frozenset({Stand.DONE, Stand.FAILED, Stand.CANCELLED})
"""Of these the newest come first."""
WINDOW = 200
"""Tasks of one column that are read at once."""
_STEP = 50
_BEGIN = (0,) * len(COLUMNS)


class Order(StrEnum):
    """In which order the cards of a column lie."""

    URGENCY = "urgency"
    """As the queue begins: by priority, then the oldest; what has ended the newest first."""
    AGE = "age"
    """The oldest first."""
    CHANGED = "changed"
    """What changed last first."""
    COST = "cost"
    """The dearest first."""
    TITLE = "title"


class Group(StrEnum):
    """By what the cards of a column lie together."""

    NONE = "none"
    AGENT = "agent"
    """Who worked on it last, else who is to."""
    TAG = "tag"
    """Its first."""
    PARENT = "parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """How somebody wants the cards of a board to lie."""

    order: Order = Order.URGENCY
    group: Group = Group.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardWish:
    """What is to be read of a board, of which there may be more than anybody wants at once."""

    words: str = ""
    """Only tasks that have every one of these; empty for all."""
    starts: tuple[int, ...] = _BEGIN
    """The place in each column of the first task that is read."""
    arranged: Arrangement = field(default_factory=Arrangement)

    @classmethod
    def around(cls, words: str, tops: Sequence[int], arranged: Arrangement) -> BoardWish:
        """All that is in sight, and some pages before and after, where `tops` are the first places that are.

        It stays the same while one moves within a page: each other wish is another look at the database.
        """
        starts = tuple(max(0, (top // _STEP - 1) * _STEP) for top in tops)
        return cls(words=words, starts=starts, arranged=arranged)
