"""Owns the review inbox: the list, what needs the operator first, beside it the thread under the cursor, and its work."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from console.actions.action import Action, Context, Target
from console.actions.reviews import VERDICTS
from console.app.anew import Anew
from console.app.screens.base import Pane
from console.app.screens.panes import reviews_pane
from console.app.screens.shared import Shared
from console.app.screens.work import WorkScreen, heading
from console.app.targets import of_review
from console.app.threads import thread_page
from console.app.work import Work
from console.i18n import _
from widgets.anchors import Place
from widgets.bars import Divider
from widgets.cells import Line
from widgets.line_list import LineList
from widgets.models import ReviewRow, World
from widgets.pages import FindingRow, ThreadPage
from widgets.painted import Look
from widgets.rows import ref
from widgets.text_pane import TextPane
from widgets.thread import thread_paragraphs

__all__ = ("Reviews",)

REST = 0.12
"""Seconds that the cursor rests on a row before its thread is read."""


class Reviews(Shared):
    """An inbox that empties."""

    SIDES = ("#reviews", "#thread", "#work")
    VIEW = "reviews"

    def __init__(self) -> None:
        super().__init__()
        self._waiting = [0, 0, 0, 0]
        self._page: ThreadPage | None = None
        self._resting: Timer | None = None
        self._places: dict[Hashable, int] = {}
        """Where each row was that still waited for the operator."""
        self._judged: Hashable = None
        """By a verdict given here, until it is shown as settled: then the cursor goes on."""
        self._work: Work | None = None
        self._anew: Anew | None = None

    def body(self) -> ComposeResult:
        """The list, and the thread beside it where there is room."""
        with Horizontal(id="body"):
            yield reviews_pane(self._waiting)
            yield Divider()
            yield TextPane(id="thread", heading=self._heading, pointed=True)
            yield Divider(id="beside-work")
            yield TextPane(id="work", heading=self._work_heading, pointed=True)

    def panes(self) -> list[Pane]:
        """The list, then the thread where it is shown."""
        thread = self.query_one("#thread", TextPane)
        found: list[Pane] = [self.query_one("#reviews", LineList)]
        found += [] if self.has_class("-narrow") else [thread]
        return [*found, self.query_one("#work", TextPane)] if self.has_class("-huge") else found

    def on_mount(self) -> None:
        """The list has the focus."""
        self.focus_pane(self.panes()[0])

    def show(self, world: World, look: Look) -> None:
        """Show the list; after a verdict the cursor goes on to the next that needs the operator."""
        mine = sum(1 for row in world.reviews if row.needs_me)
        settled = sum(1 for row in world.reviews if row.review.settled_at is not None)
        self._waiting[:] = [mine, len(world.reviews) - mine - settled, settled, world.older_reviews]
        pane = self.query_one("#reviews", LineList)
        pane.show(world.reviews, look)
        for divider in self.query(Divider):
            divider.show({}, look)
        self._go_on(pane)
        self._places |= {pane.key_of(row): n for n, row in enumerate(pane.rows) if row.needs_me}
        self._read()

    def _go_on(self, pane: LineList) -> None:
        """From what was judged to what waited below it, whether the verdict is heard of before its row moves or after."""
        rows, judged = pane.rows, self._judged
        waits = next((row.needs_me for row in rows if pane.key_of(row) == judged), False)
        if judged is None or waits:
            return
        self._judged, at = None, min(self._places.get(judged, 0), len(rows))
        following = next((row for row in (*rows[at:], *rows[:at]) if row.needs_me), None)
        if following is not None:
            pane.go_to(pane.key_of(following))

    def target(self) -> Target:
        """The review under the cursor."""
        row = self.query_one("#reviews", LineList).row
        if not isinstance(row, ReviewRow):
            return Target(contexts=frozenset({Context.ANY, Context.LIST}))
        target = of_review(row, self.console.world)
        pane = None if self.current is None else self.current.id
        if pane in ("thread", "work"):
            more = {Context.TEXT} | ({Context.WORK} if pane == "work" else set())
            more |= {Context.FOLDS} if pane == "work" and self._work is not None and self._work.folds else set()
            return replace(target, contexts=target.contexts | more)
        return target

    def look_again(self) -> None:
        """Read the files of the work anew."""
        if self._work is not None:
            self._work.read_again()

    def sideways(self, step: int) -> bool:
        """In the work the next output, or the one before."""
        at_work = self.current is not None and self.current.id == "work"
        return at_work and self._work is not None and self._work.step(step)

    @property
    def work(self) -> Work | None:
        """What is read beside the thread."""
        return self._work

    def side_by_side(self) -> str:
        """On a page of its own: a pane has no room for it."""
        work = self._work
        if work is None or work.page is None or work.output is None or work.compared is None:
            return _("It is read whole: there is nothing to put beside it. w compares.")
        page, at = work.page, self.query_one("#work", TextPane).about
        place = at if isinstance(at, Place) else Place(work.output.path, 0)
        review = None if page.review is None else page.review.id
        self.console.push_screen(WorkScreen(page.project, page.task.id, review, place, work.compared))
        return ""

    @property
    def other_end(self) -> FindingRow | Place | None:
        """In the thread the place of a finding, in the work the finding of a place."""
        found = None if not isinstance(self.current, TextPane) else self.current.about
        if isinstance(found, FindingRow):
            return found.at
        page = None if self._work is None else self._work.page
        return page.of_line(found) if page is not None and isinstance(found, Place) else None

    def show_end(self, end: FindingRow | Place) -> bool:
        """In the other pane, where there is room for it."""
        if isinstance(end, FindingRow):
            pane = self.query_one("#thread", TextPane)
            pane.point_at(end)
        elif self._work is not None and self.has_class("-huge"):
            pane = self.query_one("#work", TextPane)
            self._work.go_to(end)
        else:
            return False
        self.focus_pane(pane)
        return True

    def noted(self) -> None:
        """Its line is marked."""
        if self._work is not None:
            self._work.look_again()

    def acted(self, action: Action, target: Target) -> None:
        """A verdict was given: the cursor goes on, where it still is on what was judged."""
        pane = self.query_one("#reviews", LineList)
        if action.id not in VERDICTS or target.review is None or pane.row is None:
            return
        key = (target.project, target.review.id)
        if key == pane.key_of(pane.row) or key not in map(pane.key_of, pane.rows):
            self._judged = key
            self._go_on(pane)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Who goes into the work reads it."""
        super().on_descendant_focus(event)
        if self._work is not None:
            self._work.saw(self.query_one("#work", TextPane))

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """The thread follows the cursor after a short rest."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._read)

    def on_line_list_sifted(self, message: LineList.Sifted) -> None:
        """Not only the newest are looked at."""
        self.console.feed.seek(replace(self.console.feed.sought, reviews=message.pane.filtered))

    def _read(self) -> None:
        row = self.query_one("#reviews", LineList).row
        if isinstance(row, ReviewRow) and not self.has_class("-narrow"):
            project, review_id = row.project, row.review.id
            self.console.feed.read_on(project, row.task.id)
            key = (project, review_id, self.console.look.language)
            task_id = row.task.id
            anew = self._anew = self._anew or Anew(self.console.errands)
            anew.fetch(project, lambda _db: task_id, key, lambda db: thread_page(db, project, review_id), self._loaded)
            if self.has_class("-huge"):
                self._look_at_work(row)

    def _look_at_work(self, row: ReviewRow) -> None:
        if self._work is None:
            self._work = Work(self.console, self._work_changed, lambda: self.query_one("#work", TextPane).cells)
        self._work.look_at(row.project, row.task.id, row.review.id, self.console.look)

    def _work_changed(self) -> None:
        work = self._work
        if work is not None and self.drawn:
            work.show_in(self.query_one("#work", TextPane), self.console.look)
            self.hint()

    def _loaded(self, page: ThreadPage) -> None:
        row = self.query_one("#reviews", LineList).row
        if not isinstance(row, ReviewRow) or (row.project, row.review.id) != (page.project, page.review.id):
            return
        other = self._page is None or (self._page.project, self._page.review.id) != (page.project, page.review.id)
        self._page = page
        look = self.console.look
        self.query_one("#thread", TextPane).show(thread_paragraphs(page, look), look, from_top=other)

    def _work_heading(self, look: Look, cells: int) -> Line:
        return heading(self._work, self.query_one("#work", TextPane), look, cells)

    def _heading(self, look: Look, cells: int) -> Line:
        page = self._page
        return ((_("THREAD"), "title"), (f"  {ref(page.project, page.task.id)}" if page is not None else "", "dim"))
