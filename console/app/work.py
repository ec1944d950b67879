"""Owns what of the work is read: which output, whole or compared with what, one above the other or side by side.

Files are read and coloured off the screen's own thread, their beginning first; the same page again reads nothing again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.app.anew import Anew
from console.app.branch_now import BRANCH
from console.app.desk import Desk
from console.app.sheet import Sheet
from console.app.threads import file_of
from console.app.work_reading import work_file, work_page
from console.i18n import _
from console.records.comparison import Against, Comparison
from console.records.output import Output
from widgets.anchors import Place
from widgets.code import is_loaded
from widgets.diff import file_paragraphs
from widgets.pages import WorkPage
from widgets.painted import Look
from widgets.sides import SIDES_MIN, side_paragraphs
from widgets.text_pane import Paragraph, TextPane
from widgets.work import work_paragraphs
from widgets.wrapping import wrap_ahead

__all__ = ("Work",)

AT_FIRST, ALL = 120, 5000
"""Lines of a file that are read at first, so that its beginning is there at once, and that are read at most."""


class Work:
    """What of the work is read: the page, which output, whole or its changes."""

    def __init__(self, desk: Desk, changed: Callable[[], object], cells: Callable[[], int]) -> None:
        """`changed` is called when there is other text to show; `cells` says how wide it will be."""
        self._desk, self._changed, self._cells = desk, changed, cells
        self._anew = Anew(desk.errands)
        self._look = Look()
        self.page: WorkPage | None = None
        self.paragraphs: list[Paragraph] = []
        self.fresh = False
        """The text is another one than before: it is read from its beginning."""
        self.sided = False
        """Then and now are to stand side by side, where there is room."""
        self._path = ""
        self._against: Against | None = None
        self._chosen = False
        """Somebody said what it is compared with, or that it is read whole."""
        self.source = False
        """It is to be read as it stands in the file."""
        self.sheet: Sheet | None = None
        """What is read whole."""
        self._read: tuple[object, ...] = ()
        self._again = 0
        self._begun: tuple[object, ...] = ()
        """Of this the beginning is shown."""
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
    def compared(self) -> Comparison | None:
        """What it is compared with, None where it is read whole: where nobody chose, with the round before if it differs."""
        if self.page is None or (output := self.output) is None:
            return None
        choices = self.page.compared(output)
        if self._chosen:
            return next((one for one in choices if one.against == self._against), None)
        return next((one for one in choices if one.against == Against.ROUND), None)

    @property
    def is_sided(self) -> bool:
        """Then and now stand side by side."""
        return self.sided and self.compared is not None and self._cells() >= SIDES_MIN

    @property
    def folds(self) -> bool:
        """Some lines of what is read hold others."""
        return self.sheet is not None and self.sheet.folds

    def look_at(self, project: str, task_id: int, review_id: int | None, look: Look) -> None:
        """Read the outputs of a task as this review judges them; the place is kept where it is the same task."""
        self._look = look
        if self.page is not None and (self.page.project, self.page.task.id) != (project, task_id):
            self.page, self._path, self._chosen, self._goal, self.source = None, "", False, None, False
        key = self._wanted = (project, task_id, review_id)
        seen = self._desk.seen
        self._anew.fetch(
            project,
            lambda _db: task_id,
            (key, look.language),
            lambda db: work_page(db, *key, seen.of(project, task_id)),
            lambda page: self._loaded(key, page),
        )

    def step(self, by: int) -> bool:
        """Read the next output, or the one before; False where there is only one."""
        outputs = () if self.page is None else self.page.outputs
        if len(outputs) < 2 or (output := self.output) is None:
            return False
        self._path = outputs[(outputs.index(output) + by) % len(outputs)].path
        self._open()
        return True

    def compare_next(self) -> bool:
        """Compare it with the next thing that there is, or read it whole; False where there is nothing."""
        if self.page is None or (output := self.output) is None or not (found := self.page.compared(output)):
            return False
        choices: list[Comparison | None] = [*found, None]
        following = choices[(choices.index(self.compared) + 1) % len(choices)]
        self._chosen, self._against = True, None if following is None else following.against
        self._open()
        return True

    def compare_with(self, compared: Comparison) -> None:
        """As it was compared elsewhere, side by side."""
        self._chosen, self._against, self.sided = True, compared.against, True

    def side_by_side(self, on: bool) -> None:
        """Have then and now side by side, or one above the other."""
        self.sided = on
        if self.page is not None:
            self._open()

    def toggle_source(self) -> bool:
        """As it stands in the file, or as what it means; False where that is the same."""
        if self.compared is not None or self.sheet is None or not (self.sheet.made or self.source):
            return False
        self.source = not self.source
        self._open()
        return True

    def fold(self, pane: TextPane) -> bool:
        """Show what the line at which one is holds, or no more; False where it holds nothing and lies in nothing."""
        at, sheet = pane.about, self.sheet
        if sheet is None or not isinstance(at, Place) or (here := sheet.toggle(at)) is None:
            return False
        self._refold()
        pane.point_at(here)
        return True

    def fold_all(self) -> None:
        """Show all of it, or only what holds the rest."""
        if self.sheet is not None:
            self.sheet.toggle_all()
            self._refold()

    def unfold(self) -> None:
        """Show all of it: something is looked for."""
        if self.sheet is not None and self.sheet.open_all():
            self._refold()

    def go_to(self, place: Place) -> None:
        """Read the output that it names (line 0: from its beginning), at its line, as soon as there is one."""
        self._goal = place
        if self.page is not None:
            self._open()

    def show_in(self, pane: TextPane, look: Look) -> None:
        """Show it, at the line that it was opened for."""
        pane.show(self.paragraphs, look, from_top=self.fresh)
        self.fresh = False
        whole, goal = self._shown == self._read, self._goal
        if whole:
            self.saw(pane)
        if goal is None or self._read not in (self._shown, self._begun):
            return
        if not goal.line or pane.point_at(goal if self.sheet is None else self.sheet.aim(goal)):
            self._goal = None
        elif whole and self.compared is not None:
            self._chosen, self._against = True, None  # it is no line that changed
            self._open()
        elif self.sheet is not None and self.sheet.open_all():
            self._refold()
        elif whole:
            if not pane.point_at(Place(goal.path, 0)) and self.page is not None and self.page.named(goal.path) is None:
                said = _("{path} is not among these outputs.").format(path=goal.path)
                self._desk.notify(said, markup=False, timeout=4)
            self._goal = None

    def saw(self, pane: TextPane) -> None:
        """What is in front of the operator counts as seen."""
        page, output, desk = self.page, self.output, self._desk
        if page is None or output is None or not pane.has_focus or self._shown != self._read or output.kind == BRANCH:
            return
        project, task, path, sha256 = page.project, page.task.id, output.path, output.sha256
        now = desk.clock.now()
        desk.errands.fetch_with(lambda: desk.seen.note(project, task, path, sha256, now), lambda _none: None)

    def read_again(self) -> None:
        """What is on the disk may have changed without a word."""
        self._again += 1
        self.look_again()

    def look_again(self) -> None:
        """Other findings are noted on it, or it has another width."""
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
            noted = (place for place, _text in self._desk.noted.of(page.project, page.review.id))
            page = replace(page, noted=tuple(noted))
        self._take_aim(page)
        output, compared, sided, source = self.output, self.compared, self.is_sided, self.source
        cells = self._cells()
        which = (page.task.id, page.project, output, compared, sided, source)
        reads = (*which, page.findings, page.noted, look.language, cells if sided else 0, self._again)
        if reads == self._read:
            if self._goal is not None:
                self._changed()
            return
        self.fresh, self._read = which != self._read[: len(which)], reads
        if output is None:
            return self._show(reads, work_paragraphs(page, None, look))
        folder = self._desk.home.project_folder(page.project) / "artifacts" / str(page.task.id)

        def read(most: int) -> tuple[Sheet | list[Paragraph], int]:
            if compared is None:
                plain = most < ALL and not is_loaded()  # what colours it takes a while to load
                sheet = Sheet(page, work_file(folder, page, output, most, look, source=source, plain=plain), look)
                wrap_ahead(sheet.paragraphs, cells)
                return sheet, sheet.cut + plain
            diff, marks = file_of(folder, compared.change, most), page.marks(output)
            if sided:
                found = side_paragraphs(diff, compared, look, marks, cells)
            else:
                found = file_paragraphs(diff, compared, look, marks)
            wrap_ahead(found, cells)
            return found, diff.cut

        if output.kind == BRANCH:  # git may take its time
            self._desk.errands.fetch_long(lambda: read(ALL), lambda every: self._show(reads, every[0]))
        else:
            self._in_two(reads, read)
        return None

    def _take_aim(self, page: WorkPage) -> None:
        """The output that is to be shown; a file of the branch is shown in its diff."""
        if (goal := self._goal) is None or not goal.path:
            return
        if (named := page.named(goal.path)) is not None:
            self._path, self._goal = named.path, Place(named.path, goal.line)
        elif (diff := next((each for each in page.outputs if each.kind in ("diff", BRANCH)), None)) is not None:
            self._path, self._chosen, self._against = diff.path, True, None

    def _in_two(self, reads: tuple[object, ...], read: Callable[[int], tuple[Sheet | list[Paragraph], int]]) -> None:
        """Its beginning, then all of it, where that is more."""
        errands = self._desk.errands

        def begun(found: tuple[Sheet | list[Paragraph], int]) -> None:
            shown, left = found
            if left and reads == self._read:
                errands.fetch_long(lambda: read(ALL), lambda every: self._show(reads, every[0]))
                self._begun = reads
                self._lay(shown)
            elif not left:
                self._show(reads, shown)

        errands.fetch_with(lambda: read(AT_FIRST), begun)

    def _show(self, reads: tuple[object, ...], found: Sheet | list[Paragraph]) -> None:
        if reads == self._read:
            self._shown = reads
            self._lay(found)

    def _lay(self, found: Sheet | list[Paragraph]) -> None:
        """Show what was read, folded as what was there before, where that is of the same file."""
        before, self.sheet = self.sheet, found if isinstance(found, Sheet) else None
        if self.sheet is not None and before is not None and not self.fresh:
            self.sheet.as_before(before)
        self.paragraphs = found.paragraphs if isinstance(found, Sheet) else found
        self._changed()

    def _refold(self) -> None:
        assert self.sheet is not None
        self.paragraphs = self.sheet.paragraphs
        self._changed()
