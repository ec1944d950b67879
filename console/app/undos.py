"""Owns what was done in this console, what of it can be taken back, and what was taken back and can be done again.

The newest comes first in each. It takes nothing back itself: an action does.
"""

from __future__ import annotations

from collections import deque

from console.actions.action import Action, Target, Undo
from console.app.messages import ActEnded
from console.records.task import TaskStatus
from widgets.models import World

__all__ = ("Undos",)

LATE = (TaskStatus.WORKING, TaskStatus.HELD, TaskStatus.CANCELLED)
"""How a task stands when it is too late to take a verdict back."""
SHOWN = 60_000
"""Milliseconds for which the footer offers to take back what is no verdict."""
MOST = 200
"""Acts that are listed."""


class Undos:
    """One for each change of state that was made here and not taken back since."""

    def __init__(self) -> None:
        self.done: deque[Undo] = deque(maxlen=MOST)
        """Everything that was done here, the newest last."""
        self._points: list[Undo] = []
        self._taken: list[Undo] = []
        self._gone: deque[Undo] = deque(maxlen=MOST)
        self._under_way = 0
        """Acts of which it is not known yet whether they can be taken back."""
        self._wanted = self._again = 0

    @property
    def newest(self) -> Undo | None:
        """What is to be taken back next; whether it still can be, the blackboard says."""
        return self._points[-1] if self._points else None

    def left(self, undo: Undo) -> bool:
        """Whether it was not taken back, as far as this console knows."""
        return undo not in self._gone

    def possible(self, world: World, now: int) -> Undo | None:
        """The newest, where it can be taken back: of a verdict, unless somebody works on its task again."""
        point = self.newest
        if point is None or point.why_not:
            return None
        if not point.reviews:
            return point if now - point.act.now < SHOWN else None
        late = {(row.project, row.review.id) for row in world.reviews if row.task.status in LATE}
        return None if point.reviews <= late else point

    def begins(self, action: Action, target: Target) -> None:
        """An act is begun. One that is being taken back, or that never can be, makes way for the one before it."""
        if action.id == "undo":
            self.drop(target.undo)
        elif not (action.slow or action.waits):
            self._under_way += 1

    def drop(self, undo: Undo | None) -> None:
        """It is not offered any more."""
        if undo in self._points:
            self._points.remove(undo)

    def ended(self, message: ActEnded) -> int:
        """An act has ended; says how many were asked to be taken back meanwhile and may be now."""
        action, act, done = message.action, message.act, message.done
        if action.id == "undo":
            if done is not None and act is not None and act.target.undo is not None:
                self._taken.append(act.target.undo)
                self._gone.append(act.target.undo)
            return 0
        if done is not None and done.undo is not None:
            self._points.append(done.undo)
            self.done.append(done.undo)
            if not self._again:
                self._taken.clear()
        if done is None or done.undo is not None:
            self._again = max(0, self._again - 1)  # one that is done again comes to an end here, well or not
        if act is None or action.slow or action.waits:
            return 0
        self._under_way -= 1
        if self._under_way:
            return 0
        wanted, self._wanted = self._wanted, 0
        return wanted

    def waits(self) -> bool:
        """Whether one that is asked for now has to wait for acts that were begun before; it is done after them."""
        self._wanted += bool(self._under_way)
        return bool(self._under_way)

    def again(self) -> Undo | None:
        """What was taken back last, to be done again; None where nothing was."""
        if not self._taken:
            return None
        self._again += 1
        return self._taken.pop()
