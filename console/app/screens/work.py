"""Owns the page of the work itself, over the whole screen: one output at a time, whole or what changed in it."""

from __future__ import annotations

from console.actions.action import Context, Target
from console.app.screens.pages import Page
from console.app.work import Work
from console.i18n import _
from console.records.comparison import Comparison
from widgets.anchors import Place
from widgets.cells import Line, line_width
from widgets.pages import FindingRow
from widgets.painted import Look
from widgets.rows import ref
from widgets.text_pane import TextPane
from widgets.work import tabs

__all__ = ("WorkScreen", "heading", "narrow")


def narrow() -> str:
    """Why nothing stands side by side."""
    return _("Side by side needs a terminal of 160 columns.")


FOUND = 24
"""Cells that are left to what is looked for, and to how often it is there."""


def heading(work: Work | None, pane: TextPane, look: Look, cells: int) -> Line:
    """Whose work, the tabs of its outputs, and where in the one that is read one is."""
    if work is None or work.page is None:
        return ((_("WORK"), "title"),)
    page = work.page
    which = f"  {page.outputs.index(work.output) + 1}/{len(page.outputs)}" if work.output is not None else ""
    head: Line = ((_("WORK"), "title"), (f"  {ref(page.project, page.task.id)}{which}", "dim"))
    if pane.found.words:  # how the find stands is said behind the heading
        return (*head, *tabs(page, work.output, work.compared, work.is_sided, look, cells - line_width(head) - FOUND))
    place = pane.position
    left = cells - line_width(head) - len(place) - 2
    middle = tabs(page, work.output, work.compared, work.is_sided, look, left)
    gap = max(2, left - line_width(middle) + 2)
    return (*head, *middle, (" " * gap + place, "dim"))


class WorkScreen(Page):
    """What a task handed in, to be read."""

    POINTED = True

    def __init__(
        self,
        project: str,
        task_id: int,
        review_id: int | None,
        place: Place | None = None,
        opened: Comparison | None = None,
    ) -> None:
        """It opens at `place`, where there is one, and side by side where `opened` was compared elsewhere."""
        super().__init__(project)
        self._opened = opened
        self._task_id, self.review_id, self._place = task_id, review_id, place
        self._work: Work | None = None

    def title_text(self) -> str:
        """Of which task."""
        return _("WORK") + f"  {ref(self._project, self._task_id)}"

    def load(self) -> None:
        """Ask which outputs there are."""
        if self._work is None:
            self._work = Work(self.console, self._changed, lambda: self.query_one(TextPane).cells)
            if self._place is not None:
                self._work.go_to(self._place)
            if self._opened is not None:
                self._work.compare_with(self._opened)
        self.console.feed.read_on(self._project, self._task_id)
        self._work.look_at(self._project, self._task_id, self.review_id, self.console.look)

    def look_again(self) -> None:
        """Read the files anew."""
        if self._work is not None:
            self._work.read_again()

    def sideways(self, step: int) -> bool:
        """The next output, or the one before."""
        return self._work is not None and self._work.step(step)

    @property
    def work(self) -> Work | None:
        """What is read here."""
        return self._work

    def side_by_side(self) -> str:
        """Then and now beside each other, or one above the other again; says why not."""
        work = self._work
        if work is None or work.compared is None:
            return _("It is read whole: there is nothing to put beside it. w compares.")
        work.side_by_side(not work.sided)
        if work.sided and not work.is_sided:
            work.side_by_side(False)
            return narrow()
        return ""

    def on_text_pane_wrapped(self, message: TextPane.Wrapped) -> None:
        """Side by side needs room."""
        if (work := self._work) is not None and work.sided:
            if not work.is_sided and work.compared is not None:
                work.sided = False
                self.notify(narrow(), markup=False, timeout=3)
            work.look_again()

    def target(self) -> Target:
        """The task, and the review that judges it."""
        page = None if self._work is None else self._work.page
        contexts = {Context.ANY, Context.TEXT, Context.WORK}
        contexts |= {Context.FOLDS} if self._work is not None and self._work.folds else set()
        if page is None:
            return Target(contexts=frozenset(contexts))
        contexts |= {Context.TASK} | ({Context.REVIEW} if page.review is not None else set())
        return Target(project=self._project, task=page.task, review=page.review, contexts=frozenset(contexts))

    def noted(self) -> None:
        """Its line is marked."""
        if self._work is not None:
            self._work.look_again()

    def _changed(self) -> None:
        if self.is_mounted and self._work is not None:
            self._work.show_in(self.query_one(TextPane), self.console.look)
            self.hint()

    @property
    def other_end(self) -> FindingRow | Place | None:
        """The finding that names the line."""
        place = self.query_one(TextPane).about
        page = None if self._work is None else self._work.page
        return page.of_line(place) if page is not None and isinstance(place, Place) else None

    def show_end(self, end: FindingRow | Place) -> bool:
        """A line of the work."""
        if self._work is not None and isinstance(end, Place):
            self._work.go_to(end)
        return isinstance(end, Place)

    def _heading(self, look: Look, cells: int) -> Line:
        return heading(self._work, self.query_one(TextPane), look, cells)
