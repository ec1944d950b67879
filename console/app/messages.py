"""Owns what other threads tell the app. Frozen by use: a message carries records and is never changed after it was posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from console.actions.action import Act, Action, Done
    from widgets.models import World

__all__ = ("ActEnded", "WorldChanged")


class WorldChanged(Message, bubble=False):
    """The blackboards say something else than before."""

    def __init__(self, world: World, *, problem: str = "") -> None:
        super().__init__()
        self.world, self.problem = world, problem

    def can_replace(self, message: Message) -> bool:
        """Only the newest world is of interest."""
        return isinstance(message, WorldChanged)


class ActEnded(Message, bubble=False):
    """An action was performed, or refused with a reason."""

    def __init__(self, action: Action, done: Done | None, refused: str = "", *, act: Act | None = None) -> None:
        super().__init__()
        self.action, self.done, self.refused, self.act = action, done, refused, act
