"""Owns which verdicts of this console can be taken back, the newest first. It takes none back itself: an action does."""

from __future__ import annotations

from console.actions.action import Undo
from console.records.task import TaskStatus
from widgets.models import World

__all__ = ("Undos",)

LATE = (TaskStatus.WORKING, TaskStatus.HELD, TaskStatus.CANCELLED)
"""How a task stands when it is too late."""


class Undos:
    """One for each verdict that was given here and not taken back since."""

    def __init__(self) -> None:
        self._points: list[Undo] = []
        self._under_way = 0
        """Acts of which it is not known yet whether they can be taken back."""
        self._wanted = 0

    @property
    def newest(self) -> Undo | None:
        """What is to be taken back next; whether it still can be, the blackboard says."""
        return self._points[-1] if self._points else None

    def possible(self, world: World) -> Undo | None:
        """The newest, unless somebody works on its task again, or its task was put aside."""
        point = self.newest
        if point is None:
            return None
        late = {(row.project, row.review.id) for row in world.reviews if row.task.status in LATE}
        parts = point.parts or (point,)
        return None if all((part.project, part.review_id) in late for part in parts) else point

    def began(self) -> None:
        """An act was begun."""
        self._under_way += 1

    def ended(self, undo: Undo | None) -> int:
        """It has ended, and this would take it back; says how many were asked for meanwhile and may be done now."""
        self._under_way -= 1
        if undo is not None:
            self._points.append(undo)
        if self._under_way:
            return 0
        wanted, self._wanted = self._wanted, 0
        return wanted

    def waits(self) -> bool:
        """Whether one that is asked for now has to wait for acts that were begun before; it is done after them."""
        self._wanted += bool(self._under_way)
        return bool(self._under_way)

    def take(self) -> None:
        """The newest is being taken back, or was refused for good: the one before it comes next."""
        del self._points[-1:]
