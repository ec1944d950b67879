"""Owns the page that draws who waits for whom: the plan that a task belongs to, or what is not over in a project."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Vertical

from console.actions.action import Context, Target
from console.app.graphing import graph_of
from console.app.screens.base import ConsoleScreen, Pane
from console.app.targets import of_task
from console.i18n import _
from widgets.cells import Line
from widgets.graph import Graph, GraphRow, graph_heading, graph_line, graph_text
from widgets.line_list import LineList
from widgets.models import World
from widgets.painted import Look, unknown
from widgets.rows import ref

__all__ = ("GraphScreen",)


class GraphScreen(ConsoleScreen):
    """One list, each task behind what it waits for."""

    def __init__(self, project: str, task_id: int | None) -> None:
        """About a task, or about the project."""
        super().__init__()
        self._project, self._task_id = project, task_id
        self._graph: Graph | None = None

    @property
    def view_name(self) -> str:
        """The view below it stays the place where one is."""
        return _("GRAPH") + f"  {ref(self._project, self._task_id)}"

    def body(self) -> ComposeResult:
        """The list."""
        with Vertical(id="body"):
            yield LineList(
                id="graph",
                draw=lambda row, cells, look: (graph_line(row, self._at, cells, look),),
                key=lambda row: row.task.id,
                heading=self._heading,
                empty=self._empty,
                text_of=graph_text,
            )

    def panes(self) -> list[Pane]:
        """The list."""
        return [self._list]

    def on_mount(self) -> None:
        """It has the focus, and is read."""
        self.focus_pane(self._list)

    def show(self, world: World, look: Look) -> None:
        """What is shown may have changed: read it again; equal rows repaint nothing."""
        task_id = self._task_id
        self._list.repaint(look)
        self.console.errands.fetch(self._project, lambda db: graph_of(db, task_id), self._loaded)

    def target(self) -> Target:
        """The task under the cursor; the cards of a board are not here."""
        if self._at is None:
            return Target(contexts=frozenset({Context.ANY, Context.LIST}))
        found = of_task(self._project, self._at.task, self.console.world)
        return replace(found, contexts=found.contexts - {Context.BOARD})

    @property
    def _list(self) -> LineList:
        return self.query_one("#graph", LineList)

    @property
    def _at(self) -> GraphRow | None:
        row = self._list.row
        return row if isinstance(row, GraphRow) else None

    def _loaded(self, graph: Graph) -> None:
        if not self.drawn:
            return
        first, same = self._graph is None, self._graph == graph
        self._graph = graph
        if not same:
            self._list.show(graph.rows, self.console.look)
        if first and self._task_id is not None:
            self._list.go_to(self._task_id)
        self.hint()

    def _heading(self, look: Look, cells: int) -> Line:
        return graph_heading(self._graph or Graph(), self._at, look, cells)

    def _empty(self, look: Look) -> str:
        reading = self._graph is None and _("Reading…")
        return (
            reading or unknown(look) or _("Nothing waits or works here; what is over is drawn from one of its tasks.")
        )
