"""Owns the view of all open alerts, of every project and of the home."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from console.actions.action import Context, Target
from console.app.screens.base import ConsoleScreen, Pane
from console.app.screens.panes import alerts_pane
from console.app.targets import of_alert
from widgets.line_list import LineList
from widgets.models import World
from widgets.painted import Look

__all__ = ("Alerts",)


class Alerts(ConsoleScreen):
    """One list, the worst first."""

    VIEW = "alerts"

    def body(self) -> ComposeResult:
        """The list."""
        with Vertical(id="body"):
            yield alerts_pane()

    def panes(self) -> list[Pane]:
        """The list."""
        return [self.query_one("#alerts", LineList)]

    def on_mount(self) -> None:
        """It has the focus."""
        self.focus_pane(self.panes()[0])

    def show(self, world: World, look: Look) -> None:
        """Show the list."""
        self.query_one("#alerts", LineList).show(world.alerts, look)

    def target(self) -> Target:
        """The alert under the cursor."""
        row = self.query_one("#alerts", LineList).row
        return Target(contexts=frozenset({Context.ANY, Context.LIST})) if row is None else of_alert(row)
