"""Owns the page of what changed between the last two rounds of a review. Files are compared off the screen's own thread.

It reads files once for each pair of rounds: while the world goes on it only asks whether there is a new pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from console.actions.action import Context, Target
from console.app.screens.pages import Page
from console.app.threads import diff_page, files_of, some
from console.i18n import _
from widgets.diff import diff_paragraphs
from widgets.pages import DiffPage, FileDiff
from widgets.rows import ref
from widgets.text_pane import TextPane
from widgets.wrapping import wrap_ahead

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("DiffScreen",)


class DiffScreen(Page):
    """The outputs of a review, round against round."""

    def __init__(self, project: str, review_id: int) -> None:
        super().__init__(project)
        self.review_id = review_id
        self._files: Iterator[FileDiff] = iter(())

    def title_text(self) -> str:
        """Of which task."""
        page: DiffPage | None = self._page
        return _("CHANGES") + (f"  {ref(self._project, page.task.id)}" if page is not None else "")

    def load(self) -> None:
        """Ask which rounds there are."""
        review_id, project = self.review_id, self._project
        self.console.errands.fetch(project, lambda db: diff_page(db, project, review_id), self._loaded)

    def target(self) -> Target:
        """The review."""
        page: DiffPage | None = self._page
        contexts = {Context.ANY, Context.TEXT}
        if page is None:
            return Target(contexts=frozenset(contexts))
        contexts |= {Context.REVIEW, Context.TASK}
        return Target(project=self._project, task=page.task, review=page.review, contexts=frozenset(contexts))

    def _loaded(self, page: DiffPage) -> None:
        known: DiffPage | None = self._page
        if not self.is_mounted:
            return
        if known is not None and known.changes == page.changes:
            self._show(replace(page, files=known.files))
            return
        self._files = files_of(self.console.home.project_folder(self._project) / "artifacts" / str(page.task.id), page)
        self._show(page)
        self._compare(self._files)

    def _compare(self, files: Iterator[FileDiff]) -> None:
        """Have the next files compared, then those after them, until there are none or others are asked for."""
        clock, look, page, cells = self.console.clock, self.console.look, self._page, self.query_one(TextPane).cells

        def compare(_db: Database) -> tuple[FileDiff, ...]:
            found = some(files, clock)
            wrap_ahead(diff_paragraphs(replace(page, files=found), look), cells)
            return found

        def compared(found: tuple[FileDiff, ...]) -> None:
            if found and files is self._files and self.is_mounted:
                self._show(replace(self._page, files=(*self._page.files, *found)))
                self._compare(files)

        self.console.errands.fetch(self._project, compare, compared)

    def _show(self, page: DiffPage) -> None:
        self._page, look = page, self.console.look
        self.query_one(TextPane).show(diff_paragraphs(page, look), look)
        self.hint()
