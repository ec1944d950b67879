"""Owns the board: tasks in columns, one cursor, each column with its own place. Four columns are one pane of lines.

It knows nothing of storage: it gets a Board that holds what is in sight, says what else it wants, and which task was chosen.
"""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.message import Message

from console.records.board import BoardWish
from console.records.task import Task
from widgets.board_heads import board_title, column_head, no_cards
from widgets.board_places import COLUMNS, Places
from widgets.cells import Line, Span, begun_in, clip, line_width, wrap
from widgets.models import Board
from widgets.painted import Look, Painted
from widgets.rows import card_line

__all__ = ("BoardColumns",)

EMPTY = 14
"""Cells of a column without cards."""
TOP = 2
"""Lines above the cards: the title of the pane and the heads of the columns."""


class BoardColumns(Painted, can_focus=True):
    """Pending, working, review, done."""

    class Moved(Message):
        """The cursor stands on another task."""

        def __init__(self, pane: BoardColumns) -> None:
            super().__init__()
            self.pane = pane

        @property
        def control(self) -> BoardColumns:
            """The board."""
            return self.pane

    class Chosen(Moved):
        """A task was opened."""

    class Wanted(Moved):
        """Something else of the board is to be read than it holds: `pane.wish`."""

    def __init__(self, *, ruled: bool = True, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.board = Board()
        self._filter = ""
        self._ruled = ruled
        self.places = Places()
        self._heights = [0, 0, 0, 0]
        """How many cards each column has, here or not."""
        self._before: Task | None = None
        """Where the cursor stood before other words were asked for."""
        self._reviews: dict[int, tuple[str, bool]] = {}
        self._workers: dict[int, str] = {}

    @property
    def row(self) -> Task | None:
        """The task under the cursor; None also while it is being read."""
        return self._card(self.places.column, self.places.cursor)

    @property
    def shown(self) -> tuple[tuple[Task, ...], ...]:
        """The cards that are here and have the words; none while those with other words are."""
        return self.board.columns if self._current else ((), (), (), ())

    @property
    def wish(self) -> BoardWish:
        """What is to be read of the board to show what is in sight."""
        return BoardWish.around(self._filter, self.places.tops)

    def show(self, board: Board, look: Look | None = None) -> int:
        """Take a new board; says how many lines had to be drawn again. The cursor stays on its task where it can."""
        if board is not self.board:
            at = self.row or self._before
            if board.project != self.board.project:
                at = None
                self.places.restart()
            self.board = board
            self._reviews = {
                each.task_id: (f"{each.round}/{each.max_rounds or '-'}", each.waits_for_operator)
                for each in reversed(board.reviews)
            }
            self._workers = dict(board.workers)
            self._heights = [board.height(column) if self._current else 0 for column in COLUMNS]
            if self._current:
                self._keep(at)
        self._ask()
        return self.repaint(look)

    @property
    def filtered(self) -> str:
        """The words that cards must have; empty where every card is shown."""
        return self._filter

    def filter(self, words: str) -> None:
        """Show only cards whose number, title, tags or agent have every word: they are asked for, wherever they are."""
        if words == self._filter:
            return
        self._before = self.row or self._before
        self._filter = words
        self.places.restart()
        self._heights = [0, 0, 0, 0]
        self._ask()
        self.repaint()
        self.post_message(self.Moved(self))

    def move(self, rows: int) -> None:
        """Move the cursor in its column."""
        self._set(self.places.column, self.places.cursor + rows)

    def page(self, pages: float) -> None:
        """Move by so many pages."""
        self.move(round(pages * max(1, self._fit)) or (1 if pages > 0 else -1))

    def to_end(self, last: bool) -> None:
        """Go to the last card of the column, or to the first."""
        self._set(self.places.column, self._heights[self.places.column] - 1 if last else 0)

    def sideways(self, columns: int) -> None:
        """Go to another column that has cards; stay where there is none."""
        target = self.places.column + columns
        while target in COLUMNS and not self._heights[target]:
            target += columns
        if target in COLUMNS:
            self._set(target, self.places.cursors[target])

    def go_to(self, task_id: int) -> bool:
        """Put the cursor on a task; False where it is not among the cards that are here."""
        for column, cards in enumerate(self.shown):
            for n, task in enumerate(cards):
                if task.id == task_id:
                    self._set(column, self.board.wish.starts[column] + n)
                    return True
        return False

    def choose(self) -> None:
        """Open the task under the cursor."""
        if self.row is not None:
            self.post_message(self.Chosen(self))

    # -- drawing

    def line(self, y: int) -> Line:
        """The title, the heads, then one card of each column."""
        if y == 0:
            return self._title()
        if y >= TOP and not any(self._heights):
            return self._nothing(y - TOP)
        spans: list[Span] = []
        for column, (left, cells) in enumerate(self._spread()):
            spans += clip((), left - line_width(spans)) if left > line_width(spans) else ()
            if y == 1:
                here = self.has_focus and column == self.places.column
                spans += column_head(self.board, column, cells, self.look, here=here)
            else:
                spans += self._drawn(column, y - TOP, cells)
        return tuple(spans)

    def _spread(self) -> list[tuple[int, int]]:
        """Left edge and width of each column; an empty one takes no more than its head."""
        whole = max(self.size.width, 8)
        full = sum(1 for cards in self._heights if cards)
        least = min(EMPTY, whole // 4)
        share = (whole - least * (4 - full)) / full if 0 < full < 4 else whole / 4
        spread, edge = [], 0.0
        for cards in self._heights:
            cells = share if cards or full == 0 else least
            spread.append((round(edge), round(edge + cells) - round(edge)))
            edge += cells
        return spread

    def _title(self) -> Line:
        at, cards = self.places.cursor, self._heights[self.places.column]
        return board_title(
            self.board,
            self.look,
            self.size.width,
            words=self._filter,
            at=f"{at + 1}/{cards}" if cards and self.has_focus else "",
            focused=self.has_focus,
            ruled=self._ruled,
        )

    def _nothing(self, y: int) -> Line:
        """Why there is no card."""
        lines = wrap(no_cards(self.board, self.look, self._filter), max(self.size.width - 3, 4))
        return ((f" {lines[y]}", "dim"),) if y < len(lines) else ()

    def _drawn(self, column: int, y: int, cells: int) -> Line:
        """One card; what is still being read is told by a mark."""
        index, more = self.places.tops[column] + y, self.look.glyphs.more
        if index >= self._heights[column]:
            return clip((), cells)
        here = (column, index) == (self.places.column, self.places.cursor)
        task = self._card(column, index)
        line: Line = ((more, "dim"),)
        if task is not None:
            review, worker = self._reviews.get(task.id), self._workers.get(task.id, "")
            line = card_line(task, cells - 1, self.look, review, worker)
        if not here or not self.has_focus:
            return clip(((" ", "text"), *line), cells, more)
        mark = (self.look.glyphs.cursor, "primary")
        return tuple((text, f"{role}/cursor") for text, role in clip((mark, *line), cells, more))

    # -- events

    def on_focus(self, event: events.Focus) -> None:
        """The title and the cursor look different with focus."""
        self.repaint()

    def on_blur(self, event: events.Blur) -> None:
        """And without."""
        self.repaint()

    def on_resize(self, event: events.Resize) -> None:
        """Every column has as many of its cards in sight as fit."""
        self.places.settle(self._heights, self._fit)
        self._ask()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(-3)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; a double one opens."""
        for column, (left, cells) in enumerate(self._spread()):
            index = self.places.tops[column] + event.y - TOP
            if left <= event.x < left + cells and event.y >= TOP and index < self._heights[column]:
                self._set(column, index)
                if event.chain > 1:
                    self.choose()

    # -- inside

    def repaint(self, look: Look | None = None) -> int:
        """As every pane, but of a line only the columns that differ are sent to the terminal."""
        if look is not None:
            self.look = look
        if not self.is_attached or not self.size:
            return 0
        changed = 0
        for y in range(self.size.height):
            before, drawn = self._painted.get(y), self._draw(y, self.size.width)
            if before == drawn:
                continue
            self._painted[y] = drawn
            changed += 1
            parted = before is not None and y >= TOP and any(self._heights)
            for left, cells in self._spread() if parted else [(0, self.size.width)]:
                if before is None or begun_in(before[0], left, cells) != begun_in(drawn[0], left, cells):
                    self.refresh(Region(left, y, cells, 1))
        return changed

    @property
    def _current(self) -> bool:
        """The board has the cards that are asked for."""
        return self.board.wish.words == self._filter

    def _card(self, column: int, index: int) -> Task | None:
        """The card at a place of a column, where it is here."""
        cards, n = self.shown[column], index - self.board.wish.starts[column]
        return cards[n] if 0 <= n < len(cards) else None

    @property
    def _fit(self) -> int:
        """How many cards of a column are in sight; 0 while the board has no size yet."""
        return max(1, self.size.height - TOP) if self.size else 0

    def _ask(self) -> None:
        """Say what is missing."""
        if self.wish != self.board.wish:
            self.post_message(self.Wanted(self))

    def _keep(self, at: Task | None) -> None:
        """After a change of cards: the cursor on its task where that is here, else at its place."""
        self._before = None
        for column, cards in enumerate(self.shown):
            for n, task in enumerate(cards):
                if at is not None and task.id == at.id:
                    self.places.column, self.places.cursors[column] = column, self.board.wish.starts[column] + n
        self.places.settle(self._heights, self._fit)

    def _set(self, column: int, index: int) -> None:
        if self.places.put(column, index, self._heights, self._fit):
            self._ask()
            self.repaint()
            self.post_message(self.Moved(self))
