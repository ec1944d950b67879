"""Owns one output as it lies open: its lines, and which of them are folded. It reads nothing and draws nothing."""

from __future__ import annotations

from widgets.anchors import Place
from widgets.pages import WorkFile, WorkPage
from widgets.painted import Look
from widgets.text_pane import Paragraph
from widgets.work import in_sight, work_paragraphs

__all__ = ("Sheet",)


class Sheet:
    """An output that is read whole."""

    def __init__(self, page: WorkPage, file: WorkFile, look: Look) -> None:
        self._page, self._file, self._look = page, file, look
        self.closed, self.handled = file.closed, False
        self.paragraphs: list[Paragraph] = work_paragraphs(page, file, look, self.closed)

    @property
    def folds(self) -> bool:
        """Some of its lines hold others."""
        return any(end > n + 1 for n, end in enumerate(self._file.ends))

    @property
    def made(self) -> bool:
        """It does not read as it stands in the file."""
        return self._file.made

    @property
    def cut(self) -> int:
        """How many lines there are that were not read."""
        return self._file.cut

    def as_before(self, other: Sheet) -> None:
        """Fold it as another one of the same output was folded by hand."""
        if other.handled:
            self._fold(frozenset(n for n in other.closed if n < len(self._file.ends)))

    def toggle(self, place: Place) -> Place | None:
        """Show what a line holds, or no more; of one that holds nothing, fold what it lies in. Says where one is then."""
        ends, n = self._file.ends, place.row
        if not 0 <= n < len(ends):
            return None
        if ends[n] <= n + 1:
            n = next((m for m in range(n, -1, -1) if ends[m] > place.row and ends[m] > m + 1), -1)
        if n < 0:
            return None
        self._fold(self.closed ^ {n})
        return self.at_row(n)

    def toggle_all(self) -> None:
        """Show all of it, or only what holds the rest."""
        every = frozenset(n for n, end in enumerate(self._file.ends) if end > n + 1)
        self._fold(frozenset() if self.closed else self._file.closed or every)

    def open_all(self) -> bool:
        """Show all of it; False where all is shown."""
        if not self.closed:
            return False
        self._fold(frozenset())
        return True

    def aim(self, goal: Place) -> Place:
        """Where a line of the file stands here: a diff is shown by the lines of the files that it is about."""
        if not self._file.places or goal.path != self._file.output.path:
            return goal
        row = next((n for n, number in enumerate(self._file.numbers) if number == goal.line), -1)
        return self.at_row(row) or goal

    def line_of(self, place: Place) -> int:
        """The line of this very file that a place here is; 0 where it is none."""
        numbers = self._file.numbers
        return numbers[place.row] if 0 <= place.row < len(numbers) else 0

    def at_row(self, row: int) -> Place | None:
        """What stands for a line, where it is in sight."""
        rows = list(in_sight(self._file, self.closed))
        found = getattr(self.paragraphs[rows.index(row)], "about", None) if row in rows else None
        return found if isinstance(found, Place) else None

    def _fold(self, closed: frozenset[int]) -> None:
        self.closed, self.handled = closed, True
        self.paragraphs = work_paragraphs(self._page, self._file, self._look, closed)
