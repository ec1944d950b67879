"""Owns how a pane draws itself line by line: roles to styles, and repainting only the lines that changed.

A pane says what its lines are (`line`); it never holds a widget per row, and equal lines cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from widgets.cells import Line, clip
from widgets.marks import UNICODE, Glyphs

__all__ = ("Look", "Painted")

ROLES = (
    *("text", "dim", "strong", "title", "title-focused", "rule", "key"),
    *("primary", "secondary", "accent", "success", "warning", "error"),
    *("needs", "alarm", "cursor", "cursor-idle", "chosen"),
)
"""Names that a line may give to its spans, also `role/ground`; each is a component class `paint--<role>` in the style sheet."""

OWN_GROUND = ("needs", "alarm")
"""Roles that keep their own background on the cursor's line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every line needs besides its record: the time, and the set of marks."""

    now: int = 0
    """Epoch ms, from the injected clock."""
    glyphs: Glyphs = UNICODE


class Painted(Widget):
    """A pane made of lines. Subclasses give `line(y)` and call `repaint` when something may have changed."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"paint--{role}" for role in ROLES}

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self.look = Look()
        self._painted: dict[int, tuple[Line, str]] = {}
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
        drawn = self._painted.get(y)
        if drawn is None:
            drawn = self._painted[y] = self._draw(y, self.size.width)
        line, ground = drawn
        under = self.style_of(ground) if ground else None
        segments = [Segment(text, self._over(role, under)) for text, role in line if text]
        return Strip(segments, self.size.width)

    def style_of(self, role: str) -> Style:
        """The style of a role in the theme in use."""
        style = self._styles_of.get(role)
        if style is None:
            role, _slash, ground = role.partition("/")
            style = self.get_component_rich_style(f"paint--{role}")
            if ground:
                style = self._over(role, self.style_of(ground))
            self._styles_of[f"{role}/{ground}" if ground else role] = style
        return style

    def _over(self, role: str, under: Style | None) -> Style:
        style = self.style_of(role)
        if under is None or role in OWN_GROUND:
            return style
        if under.reverse:  # the terminal's own colours: one colour for the whole line, or it falls to pieces
            return under + Style(bold=style.bold)
        return style + Style(bgcolor=under.bgcolor)

    def _draw(self, y: int, width: int) -> tuple[Line, str]:
        return clip(self.line(y), width, self.look.glyphs.more), self.ground(y)

    def notify_style_update(self) -> None:
        """The theme or a class changed: forget the styles; lines are drawn again by Textual itself."""
        super().notify_style_update()
        self._styles_of.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Every line has another width now."""
        self._painted.clear()
        self.refresh()
