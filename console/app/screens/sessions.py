"""Owns the view of all sessions: who works now, and who has worked lately."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Vertical

from console.actions.action import Context, Target
from console.app.screens.base import ConsoleScreen, Pane
from console.app.screens.panes import recent_pane, sessions_pane
from console.app.targets import of_session
from widgets.line_list import LineList
from widgets.models import World
from widgets.painted import Look

__all__ = ("Sessions",)


class Sessions(ConsoleScreen):
    """Live sessions above, ended ones below."""

    VIEW = "sessions"

    def __init__(self) -> None:
        super().__init__()
        self._older = [0]

    def body(self) -> ComposeResult:
        """Two lists."""
        with Vertical(id="body"):
            yield sessions_pane()
            yield recent_pane(self._older)

    def panes(self) -> list[Pane]:
        """Live, then ended."""
        return [self.query_one("#sessions", LineList), self.query_one("#recent", LineList)]

    def on_mount(self) -> None:
        """The live ones have the focus."""
        self.focus_pane(self.panes()[0])

    def show(self, world: World, look: Look) -> None:
        """Show both lists."""
        live, ended = self.query_one("#sessions", LineList), self.query_one("#recent", LineList)
        height = max(len(world.sessions), 1) * 2 + 2
        if live.styles.height is None or live.styles.height.value != height:
            live.styles.height = height
        self._older[0] = world.older_sessions
        live.show(world.sessions, look)
        ended.show(world.recent, look)

    def on_line_list_sifted(self, message: LineList.Sifted) -> None:
        """Of those that have ended not only the newest are looked at."""
        if message.pane.id == "recent":
            self.console.feed.seek(replace(self.console.feed.sought, sessions=message.pane.filtered))

    def target(self) -> Target:
        """The session under the cursor."""
        row = self.current.row if isinstance(self.current, LineList) else None
        if row is None:
            return Target(contexts=frozenset({Context.ANY, Context.LIST}))
        return of_session(row, self.console.world)
