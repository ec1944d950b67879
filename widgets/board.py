"""Owns the board: tasks in columns, one cursor, each column with its own place. Four columns are one pane of lines.

It knows nothing of storage: it gets a Board and says which task was chosen.
"""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.message import Message

from console.i18n import _
from console.records.task import Task, TaskStatus
from widgets.cells import Line, Span, clip, cut, line_width, width
from widgets.marks import task_mark
from widgets.models import Board
from widgets.painted import Look, Painted, unknown
from widgets.rows import card_line, plain

__all__ = ("BoardColumns",)

HEADS = (TaskStatus.PENDING, TaskStatus.WORKING, TaskStatus.REVIEW, TaskStatus.DONE)
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

    def __init__(self, *, ruled: bool = True, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.board = Board()
        self.shown = self.board.columns
        """The cards that the filter lets through."""
        self._filter = ""
        self._ruled = ruled
        self.column = 0
        self._cursors = [0, 0, 0, 0]
        self._tops = [0, 0, 0, 0]
        self._reviews: dict[int, tuple[str, bool]] = {}
        self._workers: dict[int, str] = {}

    @property
    def row(self) -> Task | None:
        """The task under the cursor."""
        cards = self.shown[self.column]
        return cards[self._cursors[self.column]] if cards else None

    def show(self, board: Board, look: Look | None = None) -> int:
        """Take a new board; says how many lines had to be drawn again. The cursor stays on its task where it can."""
        if board is not self.board:
            at = self.row if board.project == self.board.project else None
            self.board = board
            self._reviews = {task: (rounds, mine) for task, rounds, mine in board.reviews}
            self._workers = dict(board.workers)
            self._sift(at)
        return self.repaint(look)

    @property
    def filtered(self) -> str:
        """The words that cards must have; empty where every card is shown."""
        return self._filter

    def filter(self, words: str) -> None:
        """Show only cards whose number, title, tags or agent have every word."""
        self._filter = words
        self._sift(self.row)
        self.repaint()
        self.post_message(self.Moved(self))

    def move(self, rows: int) -> None:
        """Move the cursor in its column."""
        self._set(self.column, self._cursors[self.column] + rows)

    def page(self, pages: float) -> None:
        """Move by so many pages."""
        self.move(round(pages * self._visible()) or (1 if pages > 0 else -1))

    def to_end(self, last: bool) -> None:
        """Go to the last card of the column, or to the first."""
        self._set(self.column, len(self.shown[self.column]) - 1 if last else 0)

    def sideways(self, columns: int) -> None:
        """Go to another column that has cards; stay where there is none."""
        target = self.column + columns
        while 0 <= target < 4 and not self.shown[target]:
            target += columns
        if 0 <= target < 4:
            self._set(target, self._cursors[target])

    def go_to(self, task_id: int) -> bool:
        """Put the cursor on a task; False where it is not on the board."""
        for column, cards in enumerate(self.shown):
            for n, task in enumerate(cards):
                if task.id == task_id:
                    self._set(column, n)
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
        spans: list[Span] = []
        for column, (left, cells) in enumerate(self._spread()):
            spans += clip((), left - line_width(spans)) if left > line_width(spans) else ()
            spans += self._head(column, cells) if y == 1 else self._card(column, y - TOP, cells)
        return tuple(spans)

    def _spread(self) -> list[tuple[int, int]]:
        """Left edge and width of each column; an empty one takes no more than its head."""
        whole = max(self.size.width, 8)
        full = sum(1 for cards in self.shown if cards)
        least = min(EMPTY, whole // 4)
        share = (whole - least * (4 - full)) / full if 0 < full < 4 else whole / 4
        spread, edge = [], 0.0
        for cards in self.shown:
            cells = share if cards or full == 0 else least
            spread.append((round(edge), round(edge + cells) - round(edge)))
            edge += cells
        return spread

    def _title(self) -> Line:
        glyphs = self.look.glyphs
        role = "title-focused" if self.has_focus else "title"
        name = plain(self.board.name or self.board.project)
        words = f"  /{plain(self._filter)}" if self._filter else ""
        if not self._ruled:
            shown = cut(name, self.size.width - 10)
            return ((" ", "text"), (_("BOARD"), role), ("  ", "text"), (shown, "strong"), (words, "warning"))
        line: Line = (
            (f"{glyphs.horizontal} ", "rule"),
            (_("BOARD"), role),
            ("  ", "text"),
            (name, "strong"),
            (words, "warning"),
            (" ", "text"),
        )
        return (*line, (glyphs.horizontal * max(0, self.size.width - line_width(line)), "rule"))

    def _head(self, column: int, cells: int) -> Line:
        mark, role = task_mark(HEADS[column], self.look.glyphs)
        names = (_("Pending"), _("Working"), _("Review"), _("Done"))
        here = self.has_focus and column == self.column
        spans = (
            *((f" {mark} ", role), (names[column], "title-focused" if here else "title")),
            (f" {self._count(column)}", "dim"),
        )
        return clip(spans, cells, self.look.glyphs.more)

    def _count(self, column: int) -> str:
        """How many cards there are; with a filter, of how many. A count that could not be read is none."""
        whole: int | str = self.board.counts[column]
        whole = "-" if not any(self.board.counts) and unknown(self.look) else whole
        return f"{len(self.shown[column])}/{whole}" if self._filter else str(whole)

    def _card(self, column: int, y: int, cells: int) -> Line:
        cards, index, more = self.shown[column], self._tops[column] + y, self.look.glyphs.more
        if index >= len(cards):
            hidden = self.board.counts[column] - len(self.board.columns[column])
            said = f" {more} {hidden}" if cards and index == len(cards) and hidden > 0 else ""
            if not cards and y == 0 and column == 0 and not any(self.board.counts):
                return clip(((" " + (unknown(self.look) or _("No tasks yet.")), "dim"),), cells, more)
            return clip(((said, "dim"),), cells, more)
        here = column == self.column and index == self._cursors[column]
        number = cards[index].id
        line = card_line(cards[index], cells - 1, self.look, self._reviews.get(number), self._workers.get(number, ""))
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
            if left <= event.x < left + cells and event.y >= TOP:
                index = self._tops[column] + event.y - TOP
                if index < len(self.shown[column]):
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
            for left, cells in self._spread() if before is not None and y >= TOP else [(0, self.size.width)]:
                if before is None or _slice(before[0], left, cells) != _slice(drawn[0], left, cells):
                    self.refresh(Region(left, y, cells, 1))
        return changed

    def _visible(self) -> int:
        return max(1, self.size.height - TOP)

    def _sift(self, at: Task | None) -> None:
        """Leave the cards that the filter lets through, and the cursor on its task where that is one of them."""
        words = self._filter.casefold().split()
        self.shown = tuple(
            tuple(task for task in cards if not words or all(word in self._text(task) for word in words))
            for cards in self.board.columns
        )
        self._keep(at)

    def _text(self, task: Task) -> str:
        """What the filter looks in."""
        who = self._workers.get(task.id, "") or task.assignee or (f"@{task.role}" if task.role else "")
        return f"#{task.id} {task.title} {' '.join(task.tags)} {who}".casefold()

    def _keep(self, at: Task | None) -> None:
        for column in range(4):
            last = max(0, len(self.shown[column]) - 1)
            self._cursors[column] = min(self._cursors[column], last)
            self._tops[column] = min(self._tops[column], last)
        for column, cards in enumerate(self.shown):
            for n, task in enumerate(cards):
                if at is not None and task.id == at.id:
                    self.column, self._cursors[column] = column, n
                    self._follow(column)
                    return
        if not self.shown[self.column]:
            self.column = next((n for n in range(4) if self.shown[n]), 0)

    def _set(self, column: int, index: int) -> None:
        index = max(0, min(index, len(self.shown[column]) - 1))
        if (column, index) == (self.column, self._cursors[self.column]):
            return
        self.column, self._cursors[column] = column, index
        self._follow(column)
        self.repaint()
        self.post_message(self.Moved(self))

    def _follow(self, column: int) -> None:
        cursor, fit = self._cursors[column], self._visible()
        top = max(0, min(self._tops[column], cursor))
        self._tops[column] = cursor - fit + 1 if cursor >= top + fit else top


def _slice(line: Line, left: int, cells: int) -> Line:
    """The spans of one column; spans never cross a column's edge."""
    spans, x = [], 0
    for text, role in line:
        if left <= x < left + cells:
            spans.append((text, role))
        x += width(text)
    return tuple(spans)
