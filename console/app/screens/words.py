"""Owns the words of a box: what is asked above, what is said below, wrapped."""

from __future__ import annotations

from textual import events

from widgets.cells import Line
from widgets.painted import Painted
from widgets.rows import plain
from widgets.wrapping import wrap

__all__ = ("Words",)

_MOST_LINES = 12
"""Of what is asked; the choices below have to fit, too."""


class Words(Painted):
    """The question above, or what is said below."""

    def __init__(self, text: str, role: str = "strong", classes: str = "") -> None:
        super().__init__(classes=f"words {classes}".strip())
        self._text, self._role = text, role

    def on_mount(self) -> None:
        """As high as it has lines."""
        self.styles.height = len(self._lines(70))

    def on_resize(self, event: events.Resize) -> None:
        """In another width it has other lines."""
        self.styles.height = len(self.wrapped)

    @property
    def wrapped(self) -> list[str]:
        """Its lines as they stand now."""
        return self._lines(self.size.width or 70)

    def say(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self.styles.height = len(self.wrapped)
        self.repaint()

    def line(self, y: int) -> Line:
        """The question, wrapped."""
        lines = self._lines(self.size.width)
        return ((lines[y], self._role),) if y < len(lines) else ()

    def _lines(self, cells: int) -> list[str]:
        found = [line for part in self._text.split("\n") for line in wrap(plain(part), cells)]
        return found if len(found) <= _MOST_LINES else [*found[: _MOST_LINES - 1], "…"]
