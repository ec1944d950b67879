"""Owns the view of one project's board over the whole screen, and beside it the task under the cursor, to be read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from console.actions.action import Context, Target
from console.app.screens.base import Pane
from console.app.screens.shared import Shared
from console.app.targets import of_task
from console.app.view import task_page
from console.i18n import _
from widgets.bars import Divider, RuleLine
from widgets.board import BoardColumns
from widgets.cells import Line
from widgets.models import World
from widgets.pages import TaskPage
from widgets.painted import Look
from widgets.rows import ref
from widgets.task import task_paragraphs
from widgets.text_pane import TextPane

__all__ = ("BoardView",)

REST = 0.12
"""Seconds that the cursor rests on a card before its task is read."""


class BoardView(Shared):
    """Cards in columns; the task under the cursor below them, or beside them where there is room."""

    SIDES = ("#board", "#task")
    VIEW = "board"

    def __init__(self) -> None:
        super().__init__()
        self._page: TaskPage | None = None
        self._resting: Timer | None = None

    def body(self) -> ComposeResult:
        """The board, a line, the task."""
        with Container(id="body"):
            yield BoardColumns(id="board", ruled=False)
            yield Divider()
            yield RuleLine(id="between")
            yield TextPane(id="task", heading=self._heading)

    @property
    def upright(self) -> bool:
        """The task stands below."""
        return not self.has_class("-huge")

    def panes(self) -> list[Pane]:
        """The board, then the task where it is shown."""
        board: list[Pane] = [self._cards]
        return board if self.has_class("-narrow") else [*board, self._text]

    def on_mount(self) -> None:
        """The board has the focus."""
        self.focus_pane(self._cards)

    def show(self, world: World, look: Look) -> None:
        """Show the board, and the task as it is now."""
        self.show_board(self._cards, world, look)
        self.query_one(Divider).show({}, look)
        self._read()

    def target(self) -> Target:
        """The task under the cursor; where there is none, the project."""
        world, task = self.console.world, self._cards.row
        project = world.board.project
        if task is None:
            board = {Context.BOARD} if project else set()
            return Target(project=project, contexts=frozenset({Context.ANY, Context.LIST, *board}))
        found = of_task(project, task, world)
        if self.current is not self._text:
            return found
        contexts = found.contexts | {Context.TEXT}
        return Target(
            project=project, task=task, review=found.review, session=found.session, contexts=frozenset(contexts)
        )

    def sideways(self, step: int) -> bool:
        """Left and right change the column."""
        self._cards.sideways(step)
        return True

    def on_board_columns_moved(self, message: BoardColumns.Moved) -> None:
        """The task follows the cursor after a short rest."""
        self.hint()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._read)

    @property
    def _cards(self) -> BoardColumns:
        return self.query_one("#board", BoardColumns)

    @property
    def _text(self) -> TextPane:
        return self.query_one("#task", TextPane)

    def _read(self) -> None:
        project, task = self._cards.board.project, self._cards.row
        if self.has_class("-narrow"):
            return
        if task is None:
            self._page = None
            self._text.show((), self.console.look)
            return
        number, now = task.id, self.console.clock.now()
        self.console.errands.fetch(project, lambda db: task_page(db, project, number, now=now), self._loaded)

    def _loaded(self, page: TaskPage) -> None:
        if not self.drawn:
            return
        task = self._cards.row
        if task is None or (self._cards.board.project, task.id) != (page.project, page.task.id):
            return
        other = self._page is None or (self._page.project, self._page.task.id) != (page.project, page.task.id)
        self._page = page
        look = self.console.look
        self._text.show(task_paragraphs(page, look), look, from_top=other)

    def _heading(self, look: Look, cells: int) -> Line:
        page = self._page
        return ((_("TASK"), "title"), (f"  {ref(page.project, page.task.id)}" if page is not None else "", "dim"))
