"""Owns how a pane draws itself line by line: roles to styles, and repainting only the lines that changed.

A pane says what its lines are (`line`); it never holds a widget per row, and equal lines cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.i18n import _
from widgets.cells import Line, clip
from widgets.marks import UNICODE, Glyphs
from widgets.palette import style_for

__all__ = ("Look", "Painted", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every line needs besides its record: the time, and the set of marks."""

    now: int = 0
    """Epoch ms, from the injected clock."""
    glyphs: Glyphs = UNICODE
    blind: bool = False
    """Something could not be read: an empty list does not say that there is nothing."""
    reading: bool = False
    """Nothing was read yet."""
    waits: str = ""
    """What keeps the whole home from starting anything, in a sentence; empty where nothing does."""
    language: str = "en"
    """In which everything is said: another one is another look."""
    limits: tuple[tuple[str, int], ...] = ()
    """Each agent that its provider refuses, and epoch ms when that ends."""


def unknown(look: Look) -> str:
    """What an empty list says where it may be empty only because something was not, or could not be, read."""
    if look.reading:
        return _("Reading…")
    return _("Not everything could be read; 5 says what.") if look.blind else ""


class Painted(Widget):
    """A pane made of lines. Subclasses give `line(y)` and call `repaint` when something may have changed."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self.look = Look(reading=True)
        self._painted: dict[int, tuple[Line, str]] = {}
        self._painted_for = 0
        """The width of these lines."""
        self._styles_of: dict[str, Style] = {}

    def line(self, y: int) -> Line:
        """What stands in line `y` of the pane; any width, it is cut and padded here."""
        raise NotImplementedError

    def ground(self, y: int) -> str:
        """The role whose background lies under line `y`, such as `cursor`; empty for none."""
        return ""

    def repaint(self, look: Look | None = None) -> int:
        """Ask for the lines that differ from what is on the screen to be drawn again; says how many there were."""
        if look is not None:
            self.look = look
        if not self.is_attached or not self.size:
            return 0
        width = self.size.width
        changed = 0
        for y in range(self.size.height):
            drawn = self._draw(y, width)
            if self._painted.get(y) != drawn:
                self._painted[y] = drawn
                self.refresh(Region(0, y, width, 1))
                changed += 1
        return changed

    def render_line(self, y: int) -> Strip:
        """Line `y` as Textual wants it."""
        if self._painted_for != self.size.width:
            # It has another size and was not told yet: a longer line would run over into what stands beside it, and stay there.
            self._painted.clear()
            self._painted_for = self.size.width
        drawn = self._painted.get(y)
        if drawn is None:
            drawn = self._painted[y] = self._draw(y, self.size.width)
        line, ground = drawn
        segments = [Segment(text, self.style_of(role, ground)) for text, role in line if text]
        return Strip(segments, self.size.width)

    def style_of(self, role: str, ground: str = "") -> Style:
        """The style of a role (or of `role/ground`) in the theme in use."""
        name = f"{role}/{ground}" if ground else role
        style = self._styles_of.get(name)
        if style is None:
            role, _slash, under = name.partition("/")
            background = self.background_colors[1]
            style = self._styles_of[name] = style_for(role, under, self.app.theme_variables, background)
        return style

    def _draw(self, y: int, width: int) -> tuple[Line, str]:
        return clip(self.line(y), width, self.look.glyphs.more), self.ground(y)

    def notify_style_update(self) -> None:
        """The theme or a class changed: forget the styles; lines are drawn again by Textual itself."""
        super().notify_style_update()
        self._styles_of.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Every line has another width now."""
        self._painted.clear()
        self._painted_for = self.size.width
        self.refresh()
