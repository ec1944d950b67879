"""Owns what a view of rows and one text beside them is: it has the rows read, shows them, and of the one under the cursor all.

A view of this kind says how its rows are read, drawn and told; this knows nothing of what they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from console.actions.action import Context, Target
from console.app.screens.base import Pane
from console.app.screens.shared import Shared
from console.app.shelf import Shelf
from console.i18n import _
from widgets.bars import Divider, RuleLine
from widgets.cells import Line
from widgets.line_list import LineList
from widgets.models import World
from widgets.painted import Look
from widgets.text_pane import Paragraph, TextPane

__all__ = ("EVERY", "Listed")

EVERY = 10
"""Seconds between two readings while somebody looks."""


class Listed(Shared):
    """The rows, and beside them the text of one; one or the other where there is little room."""

    SIDES = ("#list", "#text")

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Any] | None = None
        """None before they were read."""
        self._reading, self._ticks = False, 0
        self._told_of: object = None

    # -- what a view of this kind says

    def listing(self) -> LineList:
        """The list, whose id is `list`."""
        raise NotImplementedError

    def read(self, shelf: Shelf, world: World, now: int) -> Sequence[Any]:
        """The rows, read on another thread. What cannot be read is left out: the world says it."""
        raise NotImplementedError

    def told(self, row: Any, look: Look) -> list[Paragraph]:
        """All of a row."""
        raise NotImplementedError

    def names(self) -> tuple[str, str]:
        """Of list and text, as the upper line bears them where one is shown at a time."""
        raise NotImplementedError

    # -- what all of them do

    @property
    def known(self) -> bool:
        """The rows were read: that there are none is so."""
        return self._rows is not None

    def body(self) -> ComposeResult:
        """List and text."""
        with Horizontal(id="body", classes="listed"):
            yield self.listing()
            yield Divider()
            yield TextPane(id="text", heading=self._heading)

    def panes(self) -> list[Pane]:
        """The list, then the text."""
        return [self._list, self._text]

    def on_mount(self) -> None:
        """The list has the focus."""
        self.focus_pane(self._list)

    def show(self, world: World, look: Look) -> None:
        """Show the rows as they were read last."""
        self._list.show(self._rows or (), look)
        self.query_one(Divider).show({}, look)
        self._tell()

    def on_screen_resume(self) -> None:
        """Somebody looks: read them."""
        self.look_again()

    def tick(self, look: Look, *, all_panes: bool) -> None:
        """Now and then they are read again."""
        super().tick(look, all_panes=all_panes)
        self._ticks += 1
        if self._ticks % EVERY == 0:
            self.look_again()

    def look_again(self) -> None:
        """Have the rows read, where nobody does so already."""
        if not self._reading:
            self._reading = True
            world, now = self.console.world, self.console.clock.now()
            self.console.errands.fetch_all(lambda shelf: self.read(shelf, world, now), self._read)

    def opens(self) -> bool:
        """Enter gives the focus to the text."""
        if self.current is self._list and self._list.row is not None:
            self.focus_pane(self._text)
        return True

    def target(self) -> Target:
        """A row of a list, or its text."""
        kind = Context.TEXT if self.current is self._text else Context.LIST
        return Target(contexts=frozenset({Context.ANY, kind}))

    def focus_pane(self, pane: Pane) -> None:
        """Where one pane is shown at a time, it is this one."""
        for other in self.panes():
            other.set_class(other is pane, "-current")
        super().focus_pane(pane)

    def rule(self) -> None:
        """Where one pane is shown at a time the upper line bears their names."""
        look, narrow = self.console.look, self.has_class("-narrow")
        at = 1 if self.current is self._text else 0
        self.query_one("#top-rule", RuleLine).show(self.names() if narrow else (), at, look)
        self.query_one("#bottom-rule", RuleLine).show((), 0, look)
        self._list.bare, self._text.headed = narrow, not narrow

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """The text is that of the row under the cursor."""
        self._tell()
        self.hint()

    def on_resize(self, event: events.Resize) -> None:
        """The names stand elsewhere."""
        self.call_after_refresh(self.rule)

    @property
    def _list(self) -> LineList:
        return self.query_one("#list", LineList)

    @property
    def _text(self) -> TextPane:
        return self.query_one("#text", TextPane)

    def _read(self, rows: Sequence[Any]) -> None:
        self._reading, self._rows = False, rows
        if self.drawn:
            self.show(self.console.world, self.console.look)
            self.hint()

    def _tell(self) -> None:
        if not self.drawn:
            return
        row, look = self._list.row, self.console.look
        key = None if row is None else self._list.key_of(row)
        self._text.show([] if row is None else self.told(row, look), look, from_top=key != self._told_of)
        self._told_of = key

    def _heading(self, look: Look, cells: int) -> Line:
        return ((self.names()[1], "title"), ("" if self.known else "  " + _("Reading…"), "dim"))
