"""Owns the pages opened from a row: a review thread, a task, a session's output. None reads on the screen's own thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical

from console.actions.action import Context, Target
from console.app.anew import Anew
from console.app.fitting import who_fits
from console.app.said import whole_text
from console.app.screens.base import ConsoleScreen, Pane
from console.app.threads import thread_page
from console.app.transcripts import Tail
from console.app.view import task_page
from console.i18n import _
from console.records.session import Session
from console.records.task import Task, TaskStatus
from widgets.anchors import Place
from widgets.bars import StatusLine
from widgets.cells import Line
from widgets.models import World
from widgets.pages import FindingRow, Fits, TaskPage, ThreadPage
from widgets.painted import Look
from widgets.rows import plain, ref
from widgets.task import task_paragraphs
from widgets.text_pane import TextPane
from widgets.thread import thread_paragraphs

__all__ = ("OutputScreen", "Page", "TaskScreen", "ThreadScreen", "tail_told")


class Page(ConsoleScreen):
    """A text over the whole screen."""

    FOLLOWS = False
    POINTED = False
    """Its lines stand for something: one is at one of them."""

    def __init__(self, project: str) -> None:
        super().__init__()
        self._project = project
        self._page: Any = None

    @property
    def view_name(self) -> str:
        """The view below it stays the place where one is."""
        return self.title_text()

    def title_text(self) -> str:
        """What this page is of."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """The text."""
        with Vertical(id="body"):
            yield TextPane(id="page", heading=self._heading, follow=self.FOLLOWS, pointed=self.POINTED)

    def panes(self) -> list[Pane]:
        """The text."""
        return [self.query_one(TextPane)]

    def on_mount(self) -> None:
        """It has the focus, and is read."""
        self.focus_pane(self.query_one(TextPane))
        self.load()

    def show(self, world: World, look: Look) -> None:
        """What is shown may have changed: read it again; equal text repaints nothing."""
        self.load()

    def load(self) -> None:
        """Have the page read."""
        raise NotImplementedError

    def hint(self) -> None:
        """The keys, and of what the page turned out to be once it was read."""
        super().hint()
        if self.drawn:
            self.query_one(StatusLine).rename(self.view_name)

    def _heading(self, look: Look, cells: int) -> Line:
        return ((self.title_text(), "title"),)


class ThreadScreen(Page):
    """A review thread."""

    POINTED = True

    def __init__(self, project: str, review_id: int, finding: FindingRow | None = None) -> None:
        """It opens at `finding`, where there is one."""
        super().__init__(project)
        self.review_id, self._finding = review_id, finding
        self._anew: Anew | None = None

    def title_text(self) -> str:
        """Its task."""
        page = self._page
        return _("REVIEW") + (f"  {ref(self._project, page.task.id)}" if page is not None else "")

    def load(self) -> None:
        """Read the thread."""
        from console.blackboard.reads.reviews import get_review

        review_id, project = self.review_id, self._project
        anew = self._anew = self._anew or Anew(self.console.errands)
        anew.fetch(
            project,
            lambda db: get_review(db, review_id).task_id,
            self.console.look.language,
            lambda db: thread_page(db, project, review_id),
            self._loaded,
        )

    def target(self) -> Target:
        """The review."""
        page: ThreadPage | None = self._page
        contexts = {Context.ANY, Context.TEXT}
        if page is None:
            return Target(contexts=frozenset(contexts))
        contexts |= {Context.REVIEW, Context.TASK}
        return Target(project=self._project, task=page.task, review=page.review, contexts=frozenset(contexts))

    def _loaded(self, page: ThreadPage) -> None:
        self._page = page
        self.console.feed.read_on(self._project, page.task.id)
        if self.is_mounted:
            look = self.console.look
            pane = self.query_one(TextPane)
            pane.show(thread_paragraphs(page, look), look)
            if self._finding is not None and pane.point_at(self._finding):
                self._finding = None
            self.hint()

    @property
    def other_end(self) -> FindingRow | Place | None:
        """Where in the work a finding says that it is."""
        found = self.query_one(TextPane).about
        return found.at if isinstance(found, FindingRow) else None

    def show_end(self, end: FindingRow | Place) -> bool:
        """A finding of the thread."""
        return isinstance(end, FindingRow) and self.query_one(TextPane).point_at(end)


class TaskScreen(Page):
    """A task."""

    def __init__(self, project: str, task_id: int) -> None:
        super().__init__(project)
        self._task_id = task_id
        self._fits: Fits | None = None

    def title_text(self) -> str:
        """Which."""
        return _("TASK") + f"  {ref(self._project, self._task_id)}"

    def load(self) -> None:
        """Read the task."""
        self.console.feed.read_on(self._project, self._task_id)
        task_id, project, now = self._task_id, self._project, self.console.clock.now()
        self.console.errands.fetch(project, lambda db: task_page(db, project, task_id, now=now), self._loaded)

    def target(self) -> Target:
        """The task, and its newest review."""
        page: TaskPage | None = self._page
        contexts = {Context.ANY, Context.TEXT}
        if page is None:
            return Target(contexts=frozenset(contexts))
        task: Task = page.task
        contexts.add(Context.TASK)
        review = page.reviews[-1] if page.reviews else None
        if review is not None:
            contexts.add(Context.REVIEW)
        return Target(project=self._project, task=task, review=review, contexts=frozenset(contexts))

    def _loaded(self, page: TaskPage) -> None:
        other = self._page is None or self._page.task != page.task
        self._page = page
        if self.is_mounted:
            self._show()
            self.hint()
            if other:
                self._ask_who_fits(page.task)

    def _ask_who_fits(self, task: Task) -> None:
        """Settings are read for that: only where the task is another than before."""
        self._fits = None
        if task.status in (TaskStatus.PENDING, TaskStatus.HELD):
            home, project, now = self.console.home, self._project, self.console.clock.now()
            self.console.errands.fetch(project, lambda db: who_fits(home, db, project, task, now), self._fitted)

    def _fitted(self, fits: Fits | None) -> None:
        self._fits = fits
        if self.is_mounted and self._page is not None:
            self._show()

    def _show(self) -> None:
        look = self.console.look
        self.query_one(TextPane).show(task_paragraphs(self._page, look, self._fits), look)


class OutputScreen(Page):
    """What a session says and does, as it happens."""

    FOLLOWS = True

    def __init__(self, project: str, session: Session, folder: Path) -> None:
        super().__init__(project)
        self._session, self._folder = session, folder
        self._tail: Tail | None = None

    def title_text(self) -> str:
        """Whose output."""
        return _("OUTPUT") + f"  {plain(self._session.agent)}  {ref(self._project, self._session.task_id)}"

    def on_mount(self) -> None:
        """Look once a second whether there is more."""
        self.set_interval(1.0, self.load)

    def load(self) -> None:
        """Read on, where there is more."""
        if self._tail is None:
            self._tail = Tail(self.console.errands, self._changed)
        if self.is_current:
            self._tail.look_at(self._project, self._session)

    def whole(self) -> Callable[[], Iterable[str]]:
        """All that it ever said, as far as it was kept."""
        return lambda: whole_text(self._folder)

    def fold(self) -> None:
        """Tools and thinking in one line each, or whole."""
        if (tail := self._tail) is not None:
            tail.choose(tail.kinds, fold=not tail.fold)

    def next_kinds(self) -> None:
        """All, only errors, only asks."""
        if (tail := self._tail) is not None:
            tail.choose(tail.kinds.next, fold=tail.fold)

    def target(self) -> Target:
        """The session, as the world knows it now."""
        rows = (*self.console.world.sessions, *self.console.world.recent)
        session = next((row.session for row in rows if row.session.id == self._session.id), self._session)
        contexts = {Context.ANY, Context.TEXT, Context.SESSION, Context.TRANSCRIPT}
        return Target(project=self._project, session=session, contexts=frozenset(contexts))

    def _changed(self, tail: Tail) -> None:
        if self.is_mounted:
            self.query_one(TextPane).show(tail.paragraphs, self.console.look)

    def _heading(self, look: Look, cells: int) -> Line:
        """Also where one reads the end, it is said that this is not all."""
        return ((self.title_text(), "title"), *tail_told(self._tail))


def tail_told(tail: Tail | None) -> Line:
    """For a heading: what of a transcript is not shown."""
    if tail is None:
        return ()
    spans = [(f"  {tail.kinds.told}", "warning")] if tail.kinds.told else []
    spans += [("  " + _("folded"), "dim")] if tail.fold else []
    return (*spans, *([("  " + _("not all of it; P shows the rest"), "warning")] if tail.earlier else []))
