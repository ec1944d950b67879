"""Owns the reading of the work itself: which outputs there are, which one is read, whole or what changed. It writes nothing.

Files are read and coloured off the screen's own thread; the same page again reads nothing again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.app.errands import Errands
from console.app.threads import diff_page, files_of, findings_of
from console.blackboard.connection import Database
from console.blackboard.reads.outputs import handed_in, latest_outputs
from console.blackboard.reads.reviews import thread
from console.blackboard.reads.tasks import get_task
from console.home import Home
from console.i18n import _
from console.records.output import Output, RoundChanges
from widgets.diff import file_paragraphs
from widgets.pages import DiffPage, WorkFile, WorkPage
from widgets.painted import Look
from widgets.text_pane import Paragraph, wrap_ahead
from widgets.work import work_paragraphs

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

    def __init__(self, home: Home, errands: Errands, changed: Callable[[], object], cells: Callable[[], int]) -> None:
        """`changed` is called when there is other text to show; `cells` says how wide it will be."""
        self._home, self._errands, self._changed, self._cells = home, errands, changed, cells
        self._look = Look()
        self.page: WorkPage | None = None
        self.paragraphs: list[Paragraph] = []
        self.fresh = False
        """The text is another one than before: it is read from its beginning."""
        self._path = ""
        self._whole: bool | None = None
        self._read: tuple[object, ...] = ()
        self._wanted: tuple[str, int, int | None] | None = None

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
            self.page, self._path, self._whole = None, "", None
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

    def _loaded(self, key: tuple[str, int, int | None], page: WorkPage) -> None:
        if key == self._wanted:
            self.page = page
            self._open()

    def _open(self) -> None:
        """Have the output read, where it is another one, or read otherwise, than the one that is shown."""
        page, output, look = self.page, self.output, self._look
        assert page is not None
        reads = (page.task.id, page.project, output, self.is_whole, page.changes, page.findings)
        if reads == self._read:
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
            return file_paragraphs(file, only, look)

        self._errands.fetch_with(read, lambda found: self._show(reads, found))
        return None

    def _show(self, reads: tuple[object, ...], found: list[Paragraph]) -> None:
        if reads == self._read:
            self.paragraphs = found
            self._changed()
