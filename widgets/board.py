"""Owns the board: tasks in columns, one cursor, each column with its own place. All columns are one pane of lines.

It knows nothing of storage: it gets a Board that holds what is in sight, says what else it wants, and which task was chosen.
"""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.message import Message

from console.records.board import Arrangement, BoardWish
from console.records.task import Task
from widgets.board_card import CardMarks, Cards
from widgets.board_heads import board_title, column_head, group_head, no_cards
from widgets.board_places import COLUMNS, Places
from widgets.board_spread import OPEN
from widgets.board_window import Window
from widgets.cells import Line, Span, begun_in, clip, line_width
from widgets.marking import Marking
from widgets.models import Board
from widgets.painted import Look, Painted

__all__ = ("BoardColumns",)

TOP = 2
"""Lines above the cards: the title of the pane and the heads of the columns."""


class BoardColumns(Painted, can_focus=True):
    """What is ready, blocked, at work, in review, done; and what is held or has not ended well."""

    class Moved(Message):
        """The cursor stands on another task."""

        def __init__(self, pane: BoardColumns) -> None:
            super().__init__()
            self.pane = pane

    class Chosen(Moved):
        """A task was opened."""

    class Wanted(Moved):
        """Something else of the board is to be read than it holds: `pane.wish`."""

    def __init__(self, *, ruled: bool = True, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.board = Board()
        self._filter = ""
        self.arranged = Arrangement()
        """How cards are wanted to lie."""
        self._ruled = ruled
        self.markable = True
        self.places = Places()
        self._here = Window(self.board, "")
        self._before: Task | None = None
        """Where the cursor stood before other words were asked for."""
        self._cards, self._marks = Cards(self.board), CardMarks()

    @property
    def row(self) -> Task | None:
        """The task under the cursor; None also while it is being read."""
        return self._here.card(self.places.column, self.places.cursor)

    @property
    def shown(self) -> tuple[tuple[Task, ...], ...]:
        """The cards that are here and have the words; none while those with other words are."""
        return self._here.columns

    @property
    def wish(self) -> BoardWish:
        """What is to be read of the board to show what is in sight."""
        tops = [rows.card_near(top) for rows, top in zip(self._here.rows, self.places.tops, strict=True)]
        return BoardWish.around(self._filter, tops, self.arranged)

    def show(self, board: Board, look: Look | None = None) -> int:
        """Take a new board; says how many lines had to be drawn again. The cursor stays on its task where it can."""
        if board is not self.board:
            at = self.row or self._before
            if board.project != self.board.project:
                at = None
                self.places.restart()
                self._marks.forget()
            self.board, self._cards = board, Cards(board)
            self._marks.renew(task for column in board.columns for task in column)
            self._here = Window(board, self._filter)
            if board.wish.words == self._filter:
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
        self._marks.forget()
        self.places.restart()
        self._here = Window(self.board, words)
        self._ask()
        self.repaint()
        self.post_message(self.Moved(self))

    def lie(self, arranged: Arrangement) -> None:
        """Have the cards lie so; until they were read so they lie as they do."""
        if arranged != self.arranged:
            self.arranged = arranged
            self._ask()
            self.repaint()

    # -- marks

    @property
    def marked(self) -> list[Task]:
        """The marked cards, also where they were scrolled out of sight."""
        return self._marks.tasks

    def mark(self, how: Marking) -> None:
        """Mark cards, or take marks away; of one alone the cursor goes on to the next."""
        if self.row is not None and self._marks.change(how, self.row, (t for cards in self.shown for t in cards)):
            self.repaint()
            self.move(how == Marking.ONE)
            self.post_message(self.Moved(self))

    # -- cursor
    def move(self, rows: int) -> None:
        """Move the cursor in its column."""
        self._set(self.places.column, self.places.cursor + rows)

    def page(self, pages: float) -> None:
        """Move by so many pages."""
        self.move(round(pages * max(1, self._fit)) or (1 if pages > 0 else -1))

    def to_end(self, last: bool) -> None:
        """Go to the last card of the column, or to the first."""
        self._set(self.places.column, self._here.rows[self.places.column].cards - 1 if last else 0)

    def sideways(self, columns: int) -> None:
        """Go to another column that has cards; stay where there is none."""
        target = self.places.column + columns
        while target in COLUMNS and not self._here.rows[target].cards:
            target += columns
        if target in COLUMNS:
            self._set(target, self.places.cursors[target])

    def go_to(self, task_id: int) -> bool:
        """Put the cursor on a task; False where it is not among the cards that are here."""
        place = self._here.place_of(task_id)
        if place is not None:
            self._set(*place)
        return place is not None

    def choose(self) -> None:
        """Open the task under the cursor."""
        if self.row is not None:
            self.post_message(self.Chosen(self))

    # -- drawing

    def line(self, y: int) -> Line:
        """The title, the heads, then one line of each column."""
        if y == 0:
            return self._title()
        if y >= TOP and not self._here.any:
            return no_cards(self.board, self.look, self._filter, self.size.width, y - TOP)
        spans: list[Span] = []
        for column, (left, cells) in enumerate(self._here.spread(self.look, self.size.width, self.places.column)):
            spans += clip((), left - line_width(spans)) if left > line_width(spans) else ()
            if y == 1:
                here = self.has_focus and column == self.places.column
                spans += column_head(self.board, column, cells, self.look, here=here)
            else:
                spans += self._drawn(column, y - TOP, cells)
        return tuple(spans)

    def _title(self) -> Line:
        at, cards = self.places.cursor, self._here.rows[self.places.column].cards
        return board_title(
            self.board,
            self.look,
            self.size.width,
            words=self._filter,
            at=f"{at + 1}/{cards}" if cards and self.has_focus else "",
            marked=len(self._marks.tasks),
            ties=lambda cells: self._cards.ties(self.row if self.has_focus else None, cells, self.look),
            focused=self.has_focus,
            ruled=self._ruled,
        )

    def _drawn(self, column: int, y: int, cells: int) -> Line:
        """One card, or the head of a group; what is still being read is told by a mark."""
        rows, y, more = self._here.rows[column], self.places.tops[column] + y, self.look.glyphs.more
        index = rows.card_at(y)
        if cells < OPEN - 1 and column != self.places.column:
            return clip((), cells)
        if index is None:
            group = rows.group_at(y) if y < rows.lines else -1
            return clip(group_head(self.board, column, group, self.look) if group >= 0 else (), cells, more)
        here = (column, index) == (self.places.column, self.places.cursor)
        task = self._here.card(column, index)
        line: Line = ((more, "dim"),)
        first: Span = (" ", "text")
        if task is not None:
            line = self._cards.line(task, cells - 1, self.look)
            first = self._cards.tie(task, self.row if self.has_focus else None, self.look)
            first = (self.look.glyphs.on, "primary") if self._marks.has(task) else first
        if not here or not self.has_focus:
            return clip((first, *line), cells, more)
        mark = first if first[1] == "primary" else (self.look.glyphs.cursor, "primary")
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
        self.places.settle(self._here.rows, self._fit)
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
        for column, (left, cells) in enumerate(self._here.spread(self.look, self.size.width, self.places.column)):
            index = self._here.rows[column].card_at(self.places.tops[column] + event.y - TOP)
            if left <= event.x < left + cells and event.y >= TOP and index is not None:
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
            parted = before is not None and y >= TOP and self._here.any
            for left, cells in (
                self._here.spread(self.look, self.size.width, self.places.column) if parted else [(0, self.size.width)]
            ):
                if before is None or begun_in(before[0], left, cells) != begun_in(drawn[0], left, cells):
                    self.refresh(Region(left, y, cells, 1))
        return changed

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
        if at is not None and (place := self._here.place_of(at.id)) is not None:
            self.places.column = place[0]
            self.places.cursors[place[0]] = place[1]
        self.places.settle(self._here.rows, self._fit)

    def _set(self, column: int, index: int) -> None:
        if self.places.put(column, index, self._here.rows, self._fit):
            self._ask()
            self.repaint()
            self.post_message(self.Moved(self))
