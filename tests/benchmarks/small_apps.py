"""Owns the small apps that the console is measured beside: one with a line that a key changes, one with 50,000 rows of ours."""

from __future__ import annotations

import sys
from typing import Any

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from widgets.line_list import LineList
from widgets.painted import Look

ROWS = 50_000


class Minimal(App[None]):
    """`hello` on the screen; each key changes it."""

    presses = 0

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("hello")

    def on_key(self, event: events.Key) -> None:
        """Another number in it."""
        self.presses += 1
        self.query_one(Static).update(f"hello {self.presses}")


class Rows(App[None]):
    """A list of ours, as long as a board may be; keys move its cursor."""

    def compose(self) -> ComposeResult:
        """The list."""
        yield LineList(
            draw=lambda row, cells, look: (((f"{row:>6}  hello, a task with a title of the usual length", "text"),),),
            key=lambda row: row,
            text_of=str,
        )

    def on_mount(self) -> None:
        """Fill it."""
        rows = self.query_one(LineList)
        rows.focus()
        rows.show(range(ROWS), Look())

    def on_key(self, event: events.Key) -> None:
        """One row down, or up."""
        self.query_one(LineList).move(-1 if event.key == "k" else 1)


if __name__ == "__main__":
    chosen: dict[str, type[App[Any]]] = {"minimal": Minimal, "rows": Rows}
    chosen[sys.argv[1]]().run()
