"""Owns what a board tells of one card: its line, who works on it, whom it waits for, and whether it is marked.

It is made anew with each board that was read, and remembers nothing but the marks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from console.i18n import _
from console.records.task import Task, TaskStatus
from widgets.cells import Line, Span, cut, width
from widgets.marking import Marking, Marks
from widgets.models import Board
from widgets.painted import Look
from widgets.rows import card_line

__all__ = ("CardMarks", "Cards")

_NUMBER = re.compile(r"\d+(?:[.:]\d+)*")
Tied = dict[int, None]
"""Tasks in their order, each found at once: one may hold up thousands."""
NAMED = 3
"""Tasks that are named in a sentence; others are counted."""


class Cards:
    """The cards of one board, with what belongs to them."""

    def __init__(self, board: Board) -> None:
        self._reviews = {
            each.task_id: (f"{each.round}/{each.max_rounds or '-'}", each.waits_for_operator)
            for each in reversed(board.reviews)
        }
        self._workers = dict(board.workers)
        self._needs, self._holds = defaultdict[int, Tied](dict), defaultdict[int, Tied](dict)
        for task, needs in board.links:
            self._needs[task][needs] = self._holds[needs][task] = None

    def line(self, task: Task, cells: int, look: Look) -> Line:
        """All of it but its first cell."""
        return card_line(task, cells, look, self._reviews.get(task.id), self._workers.get(task.id, ""))

    def tie(self, task: Task, at: Task | None, look: Look) -> Span:
        """In the first cell: that the card of the cursor waits for this one, or this one for it."""
        if at is not None and task.id in self._needs.get(at.id, ()):
            return look.glyphs.before, "warning"
        if at is not None and task.id in self._holds.get(at.id, ()):
            return look.glyphs.to, "secondary"
        return " ", "text"

    def ties(self, at: Task | None, cells: int, look: Look) -> str:
        """Whom a card waits for and whom it holds up, in so many cells; empty where nobody."""
        needs, holds = ([*tied.get(at.id, ())] if at is not None else [] for tied in (self._needs, self._holds))
        for most in range(NAMED, -1, -1):
            parts = [_("waits for {tasks}").format(tasks=_names(needs, most))] if needs else []
            parts += [_("holds up {tasks}").format(tasks=_names(holds, most))] if holds else []
            if width(said := f" {look.glyphs.dot} ".join(parts)) <= cells:
                return said
        return cut(said, cells, look.glyphs.more)


def _names(tasks: Sequence[int], most: int) -> str:
    """`#3, #7 +2`; the number of them alone where there is room for none."""
    if not most:
        return str(len(tasks))
    more = len(tasks) - most
    return ", ".join(f"#{task}" for task in tasks[:most]) + (f" +{more}" if more > 0 else "")


class CardMarks:
    """The marked cards, also of those that were scrolled out of what is read."""

    def __init__(self) -> None:
        self._marks = Marks(lambda task: task.id, _kind)
        self._tasks: dict[int, Task] = {}

    @property
    def tasks(self) -> list[Task]:
        """As they were read last."""
        return [*self._tasks.values()]

    def has(self, task: Task) -> bool:
        """Whether it is marked."""
        return task.id in self._tasks

    def change(self, how: Marking, task: Task, cards: Iterable[Task]) -> bool:
        """Mark from this card on, among those that are here; says whether anything is different then."""
        here = [*cards]
        changed = self._marks.change(how, task, here)
        self._tasks = {each.id: each for each in (*self._tasks.values(), *here) if self._marks.has(each)}
        return changed

    def renew(self, cards: Iterable[Task]) -> None:
        """They were read again."""
        if self._tasks:
            self._tasks.update((each.id, each) for each in cards if each.id in self._tasks)

    def forget(self) -> None:
        """Other cards are shown: nothing is done to what is not seen."""
        if self._tasks:
            self._marks.change(Marking.NONE, next(iter(self._tasks.values())), ())
            self._tasks = {}


def _kind(task: Task) -> tuple[object, ...]:
    """What cards have in common that are alike."""
    why = {TaskStatus.HELD: task.hold_reason, TaskStatus.FAILED: task.failure}.get(task.status)
    return task.status, task.waits_for_dependency, _NUMBER.sub("0", why or "")
