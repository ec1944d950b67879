"""Owns keys that came before what they are meant for was there: a box that opens, a view that is drawn. It knows no action.

They wait, and go in the order in which they were pressed: a letter of a text is never a key of the view below its box.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events

__all__ = ("TypedAhead",)


class TypedAhead:
    """What was typed ahead of the screen in front."""

    def __init__(self, in_front: Callable[[], Any]) -> None:
        self._in_front = in_front
        self._waiting: list[events.Key] = []

    def holds(self, event: events.Event) -> bool:
        """Whether a key has to wait, and does."""
        early = (
            isinstance(event, events.Key) and not event.is_forwarded and not getattr(self._in_front(), "ready", True)
        )
        if early:
            self._waiting.append(event)  # type: ignore[arg-type]
        return early

    def again(self, event: events.Key) -> None:
        """A key that reached a screen which is not in front any more: it is meant for the one that is."""
        event.stop()
        anew = events.Key(event.key, event.character)
        if event.key == "ctrl+j" and getattr(self._in_front(), "ONE_LINE", False):
            anew = events.Key("enter", "\r")  # from while the shell still had the terminal it comes as a line feed
        anew.time = event.time
        if not self.holds(anew):
            screen = self._in_front()
            anew.set_sender(screen.app)  # one that its own screen sent would not reach the keys of a field
            (screen.focused or screen)._forward_event(anew)

    def release(self) -> None:
        """The screen in front is ready."""
        waiting, self._waiting = sorted(self._waiting, key=lambda event: event.time), []
        for event in waiting:
            self.again(event)
