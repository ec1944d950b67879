"""Owns the line of the views on their number keys, and what is counted behind each. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import events
from textual.message import Message

from widgets.cells import Line, Span, line_width
from widgets.marks import Glyphs
from widgets.models import World
from widgets.painted import Look, Painted

__all__ = ("COUNTS", "Tab", "ViewsLine")

Tab = tuple[int, str, str]
"""Number, name, and what is counted behind it, by a name of COUNTS."""


def _reviews(world: World, glyphs: Glyphs) -> list[Span]:
    n = sum(1 for row in world.reviews if row.needs_me)
    return [(f" {glyphs.needs}{n}", "primary")] if n else []


def _alerts(world: World, glyphs: Glyphs) -> list[Span]:
    levels = [row.alert.level for row in world.alerts]
    n = sum(1 for level in levels if level in ("urgent", "attention"))
    return [(f" {glyphs.urgent}{n}", "error" if "urgent" in levels else "warning")] if n else []


COUNTS: Mapping[str, Callable[[World, Glyphs], list[Span]]] = {
    "": lambda world, glyphs: [],
    "reviews": _reviews,
    "alerts": _alerts,
}
"""Reviews that need the operator, alerts that nobody acknowledged."""


class ViewsLine(Painted):
    """The one on the screen stands out; where not all names have room, the last ones are numbers alone."""

    class Picked(Message):
        """A view was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, tabs: list[Tab], current: int) -> None:
        super().__init__(id="views")
        self._tabs, self._current, self._world = tabs, current, World()

    def rename(self, tabs: list[Tab]) -> None:
        """Take the names anew: the language may be another one."""
        self._tabs = tabs

    def show(self, world: World, look: Look) -> int:
        """Take the world, for its counts."""
        self._world = world
        return self.repaint(look)

    def line(self, y: int) -> Line:
        """Number, name, and a count where something waits behind it."""
        return tuple(span_ for _number, spans in self._parts() for span_ in spans)

    def on_click(self, event: events.Click) -> None:
        """A click on a name goes there."""
        x = 0
        for number, spans in self._parts():
            x += line_width(spans)
            if event.x < x:
                self.post_message(self.Picked(number))
                return

    def _parts(self) -> list[tuple[int, Line]]:
        parts = [(tab[0], self._part(tab, named=True)) for tab in self._tabs]
        for at in reversed(range(len(parts))):
            if sum(line_width(spans) for _number, spans in parts) <= self.size.width:
                break
            if self._tabs[at][0] != self._current:
                parts[at] = self._tabs[at][0], self._part(self._tabs[at], named=False)
        return parts

    def _part(self, tab: Tab, *, named: bool) -> Line:
        number, name, counted = tab
        here = number == self._current
        spans: list[Span] = [(f" {number} " if named else f" {number}", "title-focused" if here else "key")]
        if named:
            spans.append((name, "title-focused" if here else "dim"))
        return (*spans, *COUNTS[counted](self._world, self.look.glyphs), (" ", "text"))
