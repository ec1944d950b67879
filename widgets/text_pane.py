"""Owns the pane in which something long is read: wrapped lines, scrolled by line and page, following its end where asked.

It takes paragraphs of spans; what they mean (a session's output, a review thread, a task) is made elsewhere. One that is
`pointed` has a line that one is at, as what stands there can be gone to or spoken of.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from textual import events
from textual.message import Message

from console.text import one_line
from widgets.anchors import about
from widgets.cells import Line, line_width
from widgets.finding import Find, Paragraph
from widgets.line_list import Heading
from widgets.painted import Look, Painted
from widgets.position import barred
from widgets.wrapping import wrapped

__all__ = ("Paragraph", "TextPane")

_SAME = 3
"""So many lines that are the same are taken for the place that is read."""
_AROUND = 3
"""Lines that stay in sight above and below the one that one is at."""


class TextPane(Painted, can_focus=True):
    """Paragraphs, wrapped to the width of the pane."""

    class Wrapped(Message):
        """The pane has another size, and its text was wrapped to that."""

        def __init__(self, pane: TextPane) -> None:
            super().__init__()
            self.pane = pane

        @property
        def control(self) -> TextPane:
            """The pane."""
            return self.pane

    class Pointed(Wrapped):
        """One is at a line that stands for something else than the one before."""

    def __init__(
        self,
        *,
        heading: Heading | None = None,
        follow: bool = False,
        ruled: bool = False,
        pointed: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._heading, self.follow, self._ruled, self._pointed = heading, follow, ruled, pointed
        self.headed = heading is not None
        self.joint: int | None = None
        """The column in which another line meets the rule of the heading."""
        self._paragraphs: Sequence[Paragraph] = ()
        self._lines: list[Line] = []
        self._starts: list[int] = [0]
        """The first line of each paragraph, and one more."""
        self._wrapped_to = 0
        self.top = 0
        self.at = 0
        """The line that one is at, where it is pointed."""
        self.found = Find()

    def show(self, paragraphs: Sequence[Paragraph], look: Look | None = None, *, from_top: bool = False) -> int:
        """Take new text; stays where the reader is, or at the end where it follows."""
        read = self._lines[self.top : self.top + _SAME] if self.top and not self.follow else []
        if paragraphs != self._paragraphs:
            self._paragraphs, self._wrapped_to = paragraphs, 0
        if from_top:
            self.top = self.at = 0
        if self._wrap() and not from_top:
            self._stay(read)
        if from_top:
            self.found.go_from(0)
        self._settle()
        return self.repaint(look)

    @property
    def text(self) -> str:
        """All of it, unwrapped."""
        return "\n".join("".join(part for part, _role in spans) for _indent, spans in self._paragraphs)

    @property
    def tall(self) -> int:
        """How many lines all of it takes, with the heading."""
        return len(self._lines) + self._head

    @property
    def below(self) -> int:
        """How many lines there are below those that are in sight."""
        return max(0, len(self._lines) - self.top - self._visible())

    @property
    def position(self) -> str:
        """Which line is the last in sight, of how many: `118/412  28 %`; empty where all of it is."""
        every, last = len(self._lines), min(self.top + self._visible(), len(self._lines))
        return "" if every <= self._visible() else f"{last}/{every}  {100 * last // every} %"

    @property
    def cells(self) -> int:
        """How wide a line may be."""
        return max(self.size.width - 2, 8)

    def move(self, rows: int) -> None:
        """Scroll, or go by so many lines; upwards ends following, reaching the end does not start it."""
        if rows < 0:
            self.follow = False
        if self._pointed:
            self._be_at(self.at + rows)
        else:
            self.top += rows
        self._settle()
        self.repaint()

    def page(self, pages: float) -> None:
        """Scroll by so many pages."""
        rows = round(pages * self._visible())
        if self._pointed:
            self.top += rows
        self.move(rows)

    def to_end(self, last: bool) -> None:
        """Go to the end, or to the beginning."""
        self.follow = False
        self.top = self.at = len(self._lines) if last else 0
        self._settle()
        self.repaint()

    @property
    def about(self) -> object:
        """What the line that one is at stands for; None where that is nothing."""
        n = bisect_right(self._starts, self.at) - 1
        return about(self._paragraphs[n]) if self._pointed and 0 <= n < len(self._paragraphs) else None

    def point_at(self, what: object) -> bool:
        """Be at the first line that stands for this, best for this very one; False where none does."""
        found = [n for n, paragraph in enumerate(self._paragraphs) if about(paragraph) == what]
        n = next((n for n in found if about(self._paragraphs[n]) is what), found[0] if found else -1)
        if not 0 <= n < len(self._starts):
            return False
        self.follow = False
        if not self.top <= self._starts[n] < self.top + self._visible():
            self.top = self._starts[n] - self._visible() // 3
        self._be_at(self._starts[n])
        self._settle()
        self.repaint()
        return True

    def toggle_follow(self) -> bool:
        """Follow the end, or stay; says which."""
        self.follow = not self.follow
        self._settle()
        self.repaint()
        return self.follow

    def choose(self) -> None:
        """There is nothing to open in a text."""

    def find(self, words: str) -> int:
        """Look for `words` from what is in sight on, or for nothing any more; says in how many places they are."""
        self.found.words = words
        self.found.look(self._paragraphs, self._lines, self._starts)
        self.found.go_from(self.top)
        self._show_found()
        return len(self.found)

    def find_next(self, places: int) -> None:
        """Go on by so many places."""
        self.found.step(places)
        self._show_found()

    def line(self, y: int) -> Line:
        """The heading, then the lines from `top` on."""
        if self._head and y == 0:
            return self._title()
        index, fits = self.top + y - self._head, self._visible()
        if index >= len(self._lines):
            return ()
        here = self._pointed and self.has_focus and index == self.at
        mark = (self.look.glyphs.cursor, "primary") if here else (" ", "text")
        shown = (mark, *self.found.shown(index, self._lines[index]))
        top, glyphs = self.top, self.look.glyphs
        return barred(shown, y - self._head, self.size.width, glyphs, top=top, fits=fits, of=len(self._lines))

    def ground(self, y: int) -> str:
        """The cursor's, where this is the line that one is at."""
        here = self._pointed and y >= self._head and self.top + y - self._head == self.at < len(self._lines)
        return "cursor" if here and self.has_focus else ""

    def on_focus(self, event: events.Focus) -> None:
        """The heading looks different with focus."""
        self.repaint()

    def on_blur(self, event: events.Blur) -> None:
        """And without."""
        self.repaint()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew."""
        self._wrap()
        self._settle()
        self.post_message(self.Wrapped(self))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self.move(-3)

    def _visible(self) -> int:
        return max(1, self.size.height - self._head)

    @property
    def _head(self) -> int:
        """Lines above the text; how a find stands is said also where the pane is named elsewhere."""
        return int(self.headed or bool(self.found.words))

    def _show_found(self) -> None:
        """The place at which one is comes into sight, with some lines above it."""
        if len(self.found):
            self.follow = False
            if not self.top <= self.found.line < self.top + self._visible():
                self.top = self.found.line - self._visible() // 3
            self.at = self.found.line
        self._settle()
        self.repaint()

    def _settle(self) -> None:
        last = max(0, len(self._lines) - self._visible())
        self.top = last if self.follow else max(0, min(self.top, last))
        self.at = max(0, min(self.at, len(self._lines) - 1))

    def _be_at(self, line: int) -> None:
        """Be at a line, with some around it in sight."""
        before = self.about
        self.at = max(0, min(line, len(self._lines) - 1))
        around = min(_AROUND, (self._visible() - 1) // 2)
        self.top = max(self.at + around + 1 - self._visible(), min(self.top, self.at - around))
        if self.about != before:
            self.post_message(self.Pointed(self))

    def _stay(self, read: Sequence[Line]) -> None:
        """Where lines went above what is read, keep that in its place: the nearest lines that are the same."""
        places = range(len(self._lines) - len(read) + 1) if read else ()
        same = (n for n in places if self._lines[n : n + len(read)] == read)
        before = self.top
        self.top = min(same, key=lambda n: abs(n - before), default=before)
        self.at += self.top - before

    def _wrap(self) -> bool:
        """Wrap anew where the text or the width is another; says whether it did."""
        cells = self.cells
        if cells == self._wrapped_to or not self.size:
            return False
        stays = bisect_right(self._starts, self.at) - 1 if self._wrapped_to and self.at else None
        self._wrapped_to = cells
        self._lines, self._starts = [], [0]
        for indent, spans in self._paragraphs:
            self._lines += wrapped(spans, indent, cells)
            self._starts.append(len(self._lines))
        if stays is not None:  # in the same paragraph, whatever the width
            self.at = self._starts[min(stays, len(self._starts) - 1)]
        self.found.look(self._paragraphs, self._lines, self._starts)
        return True

    def _title(self) -> Line:
        assert self._heading is not None
        role = "title-focused" if self.has_focus else "title"
        named = self._heading(self.look, self.size.width - 1)
        spans = tuple((text, role if kind == "title" else kind) for text, kind in named)
        if self.found.words:
            spans = (*spans, (f"  {one_line(self.found.told, 60)}", "warning"))
        elif (place := self.position) and not any(place in text for text, _role in spans):
            gap = 2 if self._ruled else self.size.width - line_width(spans) - len(place) - 2
            spans = (*spans, (" " * gap + place, "dim")) if gap > 1 else spans
        if not self._ruled:
            return ((" ", "text"), *spans)
        rule = self.look.glyphs.horizontal
        used = line_width(spans) + 3
        line = rule * max(0, self.size.width - used)
        at = -1 if self.joint is None else self.joint - used
        if 0 <= at < len(line):
            line = line[:at] + self.look.glyphs.tee_up + line[at + 1 :]
        return ((f"{rule} ", "rule"), *spans, (f" {line}", "rule"))
