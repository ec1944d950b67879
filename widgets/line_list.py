"""Owns the list that every pane of rows is: a heading, a cursor, paging, a filter, keyed rows. Draws only what is visible.

It knows nothing of what a row means: it gets rows, a key for each, and a function that draws one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from textual import events
from textual.message import Message

from console.i18n import _
from widgets.cells import Line, Span, line_width, width
from widgets.marking import Marking, Marks
from widgets.painted import Look, Painted
from widgets.position import barred, placed, tagged
from widgets.wrapping import wrap

__all__ = ("Draw", "Heading", "LineList")

Draw = Callable[[Any, int, Look], tuple[Line, ...]]
"""(row, cells, look) → the lines of that row, as many as the list's `row_height`."""
Heading = Callable[[Look, int], Line]
"""(look, cells) → the title line; spans of role `title` show whether the pane has focus."""


class LineList(Painted, can_focus=True):
    """Rows under a heading. The cursor stays on its row, by key, when the rows change.

    With `choice` the row of the cursor means something also without focus, and is shown so.
    """

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, pane: LineList) -> None:
            super().__init__()
            self.pane = pane

        @property
        def control(self) -> LineList:
            """The list."""
            return self.pane

    class Chosen(Moved):
        """A row was opened: enter, or a click on the row of the cursor."""

    class Sifted(Moved):
        """Other words are looked for: `pane.filtered`."""

    def __init__(
        self,
        *,
        draw: Draw,
        key: Callable[[Any], Hashable],
        heading: Heading | None = None,
        ruled: bool = False,
        choice: bool = False,
        alike: Callable[[Any], Hashable] | None = None,
        row_height: int = 1,
        empty: Callable[[Look], str] = lambda look: "",
        text_of: Callable[[Any], str] = str,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._draw_row, self._key, self._heading, self._ruled = draw, key, heading, ruled
        self.row_height, self._empty, self._text_of = row_height, empty, text_of
        self._choice, self._marks = choice, Marks(key, alike)
        self.markable = alike is not None
        """Rows can be marked, so that one act is about all of them."""
        self.headed = heading is not None
        self.bare = False
        """The title's words are left out, because they stand elsewhere."""
        self._all: Sequence[Any] = ()
        self._rows: Sequence[Any] = ()
        self._filter = ""
        self.cursor = 0
        self.top = 0

    # -- rows

    @property
    def rows(self) -> Sequence[Any]:
        """The rows that the filter lets through."""
        return self._rows

    @property
    def row(self) -> Any | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    @property
    def position(self) -> str:
        """Which row the cursor is on, of how many: `12/97`; empty where one sees that."""
        n = len(self._rows)
        return f"{self.cursor + 1}/{n}" if n > 1 and (self.has_focus or n > self._visible()) else ""

    def show(self, rows: Sequence[Any], look: Look | None = None) -> int:
        """Take new rows; says how many lines had to be drawn again."""
        if rows is not self._all:
            at = self.row
            self._all = rows
            self._sift()
            self._keep(None if at is None else self._key(at))
        return self.repaint(look)

    def key_of(self, row: Any) -> Hashable:
        """By which a row is known again."""
        return self._key(row)

    @property
    def filtered(self) -> str:
        """The words that rows must have; empty where every row is shown."""
        return self._filter

    def filter(self, words: str) -> None:
        """Show only rows whose text has every word."""
        at = self.row
        self._filter = words
        self._sift()
        self._keep(None if at is None else self._key(at))
        self.repaint()
        self.post_message(self.Sifted(self))

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on the row with `key`; False where there is none."""
        for n, row in enumerate(self._rows):
            if self._key(row) == key:
                self._set_cursor(n)
                return True
        return False

    # -- marks

    @property
    def marked(self) -> list[Any]:
        """The marked rows, as far as a filter lets them through: nothing is done to what is not seen."""
        return self._marks.among(self._rows)

    def mark(self, how: Marking) -> None:
        """Mark rows, or take marks away; of one alone the cursor goes on to the next."""
        if self.row is not None and self._marks.change(how, self.row, self._rows):
            self.repaint()
            self.move(how == Marking.ONE)
            self.post_message(self.Moved(self))

    # -- cursor

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows; it stops at both ends."""
        self._set_cursor(self.cursor + rows)

    def page(self, pages: float) -> None:
        """Move by so many pages."""
        self.move(round(pages * max(1, self._visible())) or (1 if pages > 0 else -1))

    def to_end(self, last: bool) -> None:
        """Go to the last row, or to the first."""
        self._set_cursor(len(self._rows) - 1 if last else 0)

    def choose(self) -> None:
        """Open the row under the cursor."""
        if self.row is not None:
            self.post_message(self.Chosen(self))

    # -- drawing

    def line(self, y: int) -> Line:
        """The heading, then the rows from `top` on."""
        if self._head and y == 0:
            return self._title()
        y -= self._head
        if not self._rows:
            return self._nothing(y)
        fits, every = self._visible() * self.row_height, len(self._rows) * self.row_height
        top = self.top * self.row_height
        return barred(self._row_line(y), y, self.size.width, self.look.glyphs, top=top, fits=fits, of=every)

    def _row_line(self, y: int) -> Line:
        index, part = self.top + y // self.row_height, y % self.row_height
        if index >= len(self._rows):
            return ()
        lines = self._draw_row(self._rows[index], max(self.size.width - 1, 1), self.look)
        mark = self._cursor_mark() if index == self.cursor else (" ", "text")
        if part == 0 and self._marks.has(self._rows[index]):
            mark = (self.look.glyphs.on, "primary")
        return (mark, *lines[part]) if part < len(lines) else (mark,)

    def ground(self, y: int) -> str:
        """The cursor's background, where this is its row."""
        y -= self._head
        if y < 0 or not self._rows or self.top + y // self.row_height != self.cursor:
            return ""
        return "cursor" if self.has_focus else "cursor-idle" if self._choice else ""

    def _cursor_mark(self) -> Span:
        if self.has_focus:
            return self.look.glyphs.cursor, "primary"
        return (self.look.glyphs.cursor, "dim") if self._choice else (" ", "text")

    def _title(self) -> Line:
        assert self._heading is not None
        role = "title-focused" if self.has_focus else "title"
        named = self._heading(self.look, self.size.width - 1)
        spans: Line = tuple((text, role if kind == "title" else kind) for text, kind in named)
        if self.bare:
            spans = tuple((" " * width(text), "text") if kind == "title" else (text, kind) for text, kind in named)
        spans = tagged(placed(spans, self.position), len(self.marked), self._filter, self.size.width)
        if not self._ruled:
            return ((" ", "text"), *spans)
        rule = self.look.glyphs.horizontal
        room = max(0, self.size.width - line_width(spans) - 3)
        return ((f"{rule} ", "rule"), *spans, (f" {rule * room}", "rule"))

    def _nothing(self, y: int) -> Line:
        said = _("Nothing here has these words; esc shows all.") if self._filter else self._empty(self.look)
        lines = [line for part in said.split("\n") for line in wrap(part, max(self.size.width - 3, 4))]
        return ((" ", "text"), (lines[y], "dim")) if y < len(lines) else ()

    # -- events

    def on_focus(self, event: events.Focus) -> None:
        """The heading and the cursor look different with focus."""
        self.repaint()

    def on_blur(self, event: events.Blur) -> None:
        """And without."""
        self.repaint()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self._follow()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(-3)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; one on the cursor opens."""
        index = self.top + (event.y - self._head) // self.row_height
        if event.y < self._head or not 0 <= index < len(self._rows):
            return
        if index == self.cursor and event.chain > 1:
            self.choose()
        self._set_cursor(index)

    # -- inside

    def _sift(self) -> None:
        self._marks.keep(self._all)
        words = self._filter.casefold().split()
        if not words:
            self._rows = self._all
            return
        texts = ((row, self._text_of(row).casefold()) for row in self._all)
        self._rows = [row for row, text in texts if all(word in text for word in words)]

    def _keep(self, key: Hashable | None) -> None:
        """After a change of rows: the cursor on the same key, else at the same place."""
        before = self.cursor
        same = next((n for n, row in enumerate(self._rows) if key is not None and self._key(row) == key), None)
        self.cursor = same if same is not None else max(0, min(before, len(self._rows) - 1))
        self._follow()
        if same is None and key is not None:
            self.post_message(self.Moved(self))

    def _set_cursor(self, index: int) -> None:
        index = max(0, min(index, len(self._rows) - 1))
        if index == self.cursor:
            return
        self.cursor = index
        self._follow()
        self.repaint()
        self.post_message(self.Moved(self))

    def _visible(self) -> int:
        """How many whole rows fit."""
        return max(1, (self.size.height - self._head) // self.row_height)

    @property
    def _head(self) -> int:
        """Lines above the rows; that rows are left out is said also where the list is named elsewhere."""
        return int(self.headed or (self._heading is not None and bool(self._filter)))

    def _follow(self) -> None:
        fit = self._visible()
        last = max(0, len(self._rows) - fit)
        self.top = max(0, min(self.top, self.cursor, last))
        if self.cursor >= self.top + fit:
            self.top = self.cursor - fit + 1
