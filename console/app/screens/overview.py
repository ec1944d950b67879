"""Owns the first view: projects, sessions, what needs the operator, the board, alerts; all at once, or one at a time."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.timer import Timer

from console.actions.action import Context, Target
from console.app.folding import folded
from console.app.screens.base import Pane
from console.app.screens.panes import alerts_pane, needs_pane, projects_pane, sessions_pane
from console.app.screens.shared import Shared
from console.app.targets import of_alert, of_need, of_project, of_session, of_task
from console.i18n import _
from console.records.snooze import alike
from widgets.bars import Divider, RuleLine
from widgets.board import BoardColumns
from widgets.line_list import LineList
from widgets.models import NeedRow, ProjectRow, World
from widgets.painted import Look

__all__ = ("Overview",)

WIDE = 100
REST = 0.12
"""Seconds that the cursor rests on a project before its board is shown."""


class Overview(Shared):
    """Everything at a glance."""

    SIDES = ("#left", "#right")
    VIEW = "overview"

    def body(self) -> ComposeResult:
        """Two columns of panes."""
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield projects_pane()
                yield sessions_pane()
            yield Divider()
            with Vertical(id="right", classes="-current"):
                yield needs_pane(
                    lambda: not self.console.world.projects and not self.console.read_only,
                    lambda: len(self.console.world.snoozed),
                )
                yield BoardColumns(id="board")
                yield alerts_pane(ruled=True)

    def panes(self) -> list[Pane]:
        """In the order in which tab goes round."""
        return [
            *(self.query_one(f"#{name}", LineList) for name in ("projects", "sessions", "needs")),
            self.query_one("#board", BoardColumns),
            self.query_one("#alerts", LineList),
        ]

    def on_mount(self) -> None:
        """What needs a person has the focus first."""
        self._started = False
        self._resting: Timer | None = None
        self._heights: dict[str, int] = {}
        self._opened: set[str] = set()
        """Kinds of needs that are shown one by one."""
        self.focus_pane(self.query_one("#needs", LineList))

    def show(self, world: World, look: Look) -> None:
        """Show the world in the five panes."""
        projects, sessions, needs, board, alerts = self.panes()
        assert isinstance(projects, LineList) and isinstance(board, BoardColumns)
        assert isinstance(sessions, LineList) and isinstance(needs, LineList) and isinstance(alerts, LineList)
        first = not self._started and bool(world.projects)
        if first:
            self._started = True
            if not world.needs:
                self.focus_pane(projects)
        self._share(world)
        projects.show(world.projects, look)
        if first:
            projects.go_to(world.board.project)
        sessions.show(world.sessions, look)
        needs.show(folded(world.needs, self._opened), look)
        self.show_board(board, world, look)
        alerts.show(world.alerts, look)
        self._joints()

    def target(self) -> Target:
        """What stands under the cursor of the pane with the focus."""
        world, pane = self.console.world, self.current
        row: Any = pane.row if isinstance(pane, LineList | BoardColumns) else None
        name = pane.id if pane is not None else ""
        if row is None:
            return Target(contexts=frozenset({Context.ANY, Context.LIST}))
        if name == "projects":
            return of_project(row)
        if name == "sessions":
            return of_session(row, world)
        if name == "needs":
            return of_need(row, world)
        if name == "board":
            return of_task(world.board.project, row, world)
        return of_alert(row)

    def opens(self) -> bool:
        """Cases that are alike, and lie behind one row, are opened in the list."""
        pane = self.current
        row = pane.row if isinstance(pane, LineList) and pane.id == "needs" else None
        if not isinstance(row, NeedRow) or not row.alike:
            return False
        self._opened.add(alike(row.need))
        self.show(self.console.world, self.console.look)
        self.hint()
        return True

    def rule(self) -> None:
        """Where one pane is shown at a time the upper line bears their names."""
        look, panes = self.console.look, self.panes()
        narrow = self.size.width < WIDE
        names = (_("PROJECTS"), _("SESSIONS"), _("NEEDS YOU"), _("BOARD"), _("ALERTS")) if narrow else ()
        at = panes.index(self.current) if self.current in panes else 0
        divider = self.query_one(Divider).region.x
        glyphs = look.glyphs
        self.query_one("#top-rule", RuleLine).show(
            names, at, look, joint=None if narrow or not divider else (divider, glyphs.tee_down)
        )
        self.query_one("#bottom-rule", RuleLine).show(
            (), 0, look, joint=None if narrow or not divider else (divider, glyphs.tee_up)
        )

    def focus_pane(self, pane: Pane) -> None:
        """Where one pane is shown at a time, it is this one."""
        for other in self.panes():
            other.set_class(other is pane, "-current")
        left = pane.id in ("projects", "sessions")
        self.query_one("#left").set_class(left, "-current")
        self.query_one("#right").set_class(not left, "-current")
        super().focus_pane(pane)

    def sideways(self, step: int) -> bool:
        """Left and right change the column of the board, elsewhere the side."""
        if isinstance(self.current, BoardColumns):
            self.current.sideways(step)
            return True
        return False

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """The board follows the project after a short rest."""
        if message.pane.id == "projects" and isinstance(message.pane.row, ProjectRow):
            chosen = message.pane.row.id
            if self._resting is not None:
                self._resting.stop()
            self._resting = self.set_timer(REST, lambda: self.console.select(chosen))

    def on_resize(self, event: events.Resize) -> None:
        """The panes share the height anew."""
        self.call_after_refresh(self._after_resize)

    def on_rule_line_picked(self, message: RuleLine.Picked) -> None:
        """The name of a pane was clicked."""
        self.focus_pane(self.panes()[message.place])

    def laid_out(self) -> None:
        """The lines between the panes meet elsewhere."""
        self.rule()
        self._joints()

    def _after_resize(self) -> None:
        self._share(self.console.world)
        self.rule()
        self._joints()

    def _share(self, world: World) -> None:
        """Give the small panes what they need and the board the rest; only a change costs a layout."""
        room = max(self.size.height - 5, 10)
        wide, rows = self.size.width >= WIDE, len(folded(world.needs, self._opened))
        wanted = {
            "#projects": min((len(world.projects) or 3) + 2, max(room // 2, 5)),
            "#needs": min(max(rows, 2 if world.projects else 5) + 2, max(room * 3 // 10, 4)),
            "#alerts": min(max(len(world.alerts), 1) + 1, max(room // 6, 3)),
        }
        for pane in self.query(LineList):
            told = pane.id == "projects" or (pane.id == "needs" and bool(world.snoozed))
            pane.headed, pane.bare = wide or told, not wide
        for name, cells in wanted.items():
            height = cells if wide else 0
            if self._heights.get(name) != height:
                self._heights[name] = height
                self.query_one(name).styles.height = height or "1fr"
                self.call_after_refresh(self._joints)

    def _joints(self) -> None:
        glyphs, divider = self.console.look.glyphs, self.query_one(Divider)
        top: Region = divider.region
        ruled = [self.query_one(name).region.y - top.y for name in ("#board", "#alerts")]
        divider.show({y: glyphs.tee_right for y in ruled if y > 0}, self.console.look)
