"""Owns the reading of the work itself: which outputs there are, which one is read, whole or what changed. It writes nothing.

Files are read and coloured off the screen's own thread; the same page again reads nothing again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from console.app.errands import Errands
from console.app.noted import Noted
from console.app.threads import diff_page, files_of, findings_of
from console.blackboard.connection import Database
from console.blackboard.reads.outputs import handed_in, latest_outputs
from console.blackboard.reads.reviews import thread
from console.blackboard.reads.tasks import get_task
from console.home import Home
from console.i18n import _
from console.records.output import Output, RoundChanges
from widgets.anchors import Place
from widgets.diff import file_paragraphs
from widgets.pages import DiffPage, WorkFile, WorkPage
from widgets.painted import Look
from widgets.text_pane import Paragraph, TextPane
from widgets.work import work_paragraphs
from widgets.wrapping import wrap_ahead

__all__ = ("Work", "work_file", "work_page")


def work_page(db: Database, project: str, task_id: int, review_id: int | None) -> WorkPage:
    """The outputs as a review's last round handed them in; without one, or before that, as they are now. Raises NotFound."""
    task = get_task(db, task_id)
    if review_id is None:
        return WorkPage(project=project, task=task, outputs=latest_outputs(db, task_id))
    page, found = diff_page(db, project, review_id), thread(db, review_id)
    outputs = latest_outputs(db, task_id) if page.changes is None else handed_in(db, review_id, page.changes.after)
    shown = 0 if page.changes is None else page.changes.after  # what was said of another round stands on other lines
    given = {one.id for one in found.verdicts if one.round == shown and one.undone_at is None}
    findings = tuple(row for row in findings_of(found) if row.verdict_id in given)
    return WorkPage(
        project=project, task=task, review=page.review, outputs=outputs, changes=page.changes, findings=findings
    )


def work_file(task_folder: Path, output: Output) -> WorkFile:
    """One of them, to be read whole."""
    from console.outputs_read import read_output
    from widgets.code import coloured

    found = read_output(task_folder, output)
    lines = coloured("" if found.table else output.path, found.lines)
    return WorkFile(
        output=output,
        why=_(found.why).format(version=output.version) if found.why else "",
        lines=lines,
        numbers=found.numbers,
        cut=found.cut,
        table=found.table,
    )


class Work:
    """What of the work is read: the page, which output, whole or its changes."""

    def __init__(
        self, home: Home, errands: Errands, noted: Noted, changed: Callable[[], object], cells: Callable[[], int]
    ) -> None:
        """`changed` is called when there is other text to show; `cells` says how wide it will be."""
        self._home, self._errands, self._noted, self._changed, self._cells = home, errands, noted, changed, cells
        self._look = Look()
        self.page: WorkPage | None = None
        self.paragraphs: list[Paragraph] = []
        self.fresh = False
        """The text is another one than before: it is read from its beginning."""
        self._path = ""
        self._whole: bool | None = None
        self._read: tuple[object, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._wanted: tuple[str, int, int | None] | None = None
        self._goal: Place | None = None

    @property
    def output(self) -> Output | None:
        """Which is read: where nobody chose, the first that is expected of the task, else the first."""
        outputs = () if self.page is None else self.page.outputs
        expected = () if self.page is None else self.page.task.expect
        named = next((each for each in outputs if each.path == self._path), None)
        return named or next((each for each in outputs if each.path in expected), outputs[0] if outputs else None)

    @property
    def is_whole(self) -> bool:
        """Whether it is read whole: where nobody chose, what changed since the round before is, where anything did."""
        if self.page is None or (output := self.output) is None or self.page.change_of(output) is None:
            return True
        return bool(self._whole)

    def look_at(self, project: str, task_id: int, review_id: int | None, look: Look) -> None:
        """Read the outputs of a task as this review judges them; the place is kept where it is the same task."""
        self._look = look
        if self.page is not None and (self.page.project, self.page.task.id) != (project, task_id):
            self.page, self._path, self._whole, self._goal = None, "", None, None
        key = (project, task_id, review_id)
        self._wanted = key
        read = self._errands.fetch
        read(project, lambda db: work_page(db, *key), lambda page: self._loaded(key, page))

    def step(self, by: int) -> bool:
        """Read the next output, or the one before; False where there is only one."""
        outputs = () if self.page is None else self.page.outputs
        if len(outputs) < 2 or (output := self.output) is None:
            return False
        self._path = outputs[(outputs.index(output) + by) % len(outputs)].path
        self._open()
        return True

    def toggle(self) -> bool:
        """Whole, or what changed; False where nothing did, or there is no round to compare with."""
        if self.page is None or (output := self.output) is None or self.page.change_of(output) is None:
            return False
        self._whole = not self.is_whole
        self._open()
        return True

    def go_to(self, place: Place) -> None:
        """Read the output that it names (line 0: from its beginning), at its line, as soon as there is one."""
        self._goal = place
        if self.page is not None:
            self._open()

    def show_in(self, pane: TextPane, look: Look) -> None:
        """Show it, at the line that it was opened for."""
        pane.show(self.paragraphs, look, from_top=self.fresh)
        goal = self._goal
        if goal is None or self._shown != self._read:
            return
        if goal.line and not pane.point_at(goal) and not self.is_whole:
            self._whole = True  # it is no line that changed
            return self._open()
        self._goal, self.fresh = None, False
        return None

    def look_again(self) -> None:
        """Other findings are noted on it."""
        if self.page is not None:
            self._open()

    def _loaded(self, key: tuple[str, int, int | None], page: WorkPage) -> None:
        if key == self._wanted:
            self.page = page
            self._open()

    def _open(self) -> None:
        """Have the output read, where it is another one, or read otherwise, than the one that is shown."""
        page, look = self.page, self._look
        assert page is not None
        if page.review is not None:
            noted = (place for place, _text in self._noted.of(page.project, page.review.id))
            page = replace(page, noted=tuple(noted))
        if self._goal is not None and (named := page.named(self._goal.path)) is not None:
            self._path, self._goal = named.path, Place(named.path, self._goal.line)
        output = self.output
        reads = (page.task.id, page.project, output, self.is_whole, page.changes, page.findings, page.noted)
        if reads == self._read:
            if self._goal is not None:
                self._changed()
            return
        self.fresh, self._read = reads[:4] != self._read[:4], reads
        if output is None:
            return self._show(reads, work_paragraphs(page, None, look))
        folder = self._home.project_folder(page.project) / "artifacts" / str(page.task.id)
        cells, whole = self._cells(), self.is_whole

        def read() -> list[Paragraph]:
            found = work_paragraphs(page, work_file(folder, output), look) if whole else _changes(page, output, folder)
            wrap_ahead(found, cells)
            return found

        def _changes(page: WorkPage, output: Output, folder: Path) -> list[Paragraph]:
            change, changes = page.change_of(output), page.changes
            assert change is not None and changes is not None and page.review is not None
            only = RoundChanges(before=changes.before, after=changes.after, outputs=(change,))
            (file,) = files_of(folder, DiffPage(project=page.project, review=page.review, task=page.task, changes=only))
            return file_paragraphs(file, only, look, page.marks(output))

        self._errands.fetch_with(read, lambda found: self._show(reads, found))
        return None

    def _show(self, reads: tuple[object, ...], found: list[Paragraph]) -> None:
        if reads == self._read:
            self.paragraphs, self._shown = found, reads
            self._changed()
