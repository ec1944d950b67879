"""Owns what keys do with the work that is read: compare it otherwise, put it side by side, open it in the operator's editor."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from console.actions.action import Target
from console.app.branch_now import BRANCH
from console.app.screens.base import ConsoleScreen
from console.artifacts import place_of
from console.errors import MoziError
from console.i18n import _
from console.safe_files import chunks, opened
from console.sentences import spoken
from widgets.anchors import Place
from widgets.text_pane import TextPane

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("READING", "open_in_editor")

MOST = 64 << 20
"""Bytes of a file that are laid before an editor."""
Folder = tempfile.TemporaryDirectory[str]


def _compare_next(app: Console, screen: ConsoleScreen, target: Target) -> None:
    if screen.work is None or not screen.work.compare_next():
        said = _("There is nothing to compare it with: no earlier round differs, and you saw no other version of it.")
        app.notify(said, markup=False, timeout=3)


def _side_by_side(app: Console, screen: ConsoleScreen, target: Target) -> None:
    if why := screen.side_by_side():
        app.notify(why, markup=False, timeout=3)


def _source(app: Console, screen: ConsoleScreen, target: Target) -> None:
    if screen.work is None or not screen.work.toggle_source():
        app.notify(_("It is shown as it stands in the file."), markup=False, timeout=3)


def _fold(app: Console, screen: ConsoleScreen, target: Target) -> None:
    pane = screen.current
    if screen.work is None or not isinstance(pane, TextPane) or not screen.work.fold(pane):
        app.notify(_("There is nothing to fold here."), markup=False, timeout=3)


def _fold_all(app: Console, screen: ConsoleScreen, target: Target) -> None:
    if screen.work is not None:
        screen.work.fold_all()


READING = {
    "whole": _compare_next,
    "sides": _side_by_side,
    "source": _source,
    "fold_here": _fold,
    "fold_all": _fold_all,
}
"""Action id to what it does with the work that is read."""


def open_in_editor(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """The version that is read, at the line at which one is: a copy that cannot be written, for it is what is judged."""
    work = screen.work
    if work is None or work.page is None or work.output is None:
        return
    page, output = work.page, work.output
    at = screen.current.about if isinstance(screen.current, TextPane) else None
    line = 0 if not isinstance(at, Place) else at.line if work.sheet is None else work.sheet.line_of(at)
    task_folder = app.home.project_folder(page.project) / "artifacts" / str(page.task.id)

    def edit(folder: Folder) -> None:
        from console.app.editor import show_in_editor

        app.laid_out.callback(folder.cleanup)  # an editor with windows of its own reads it only later
        try:
            show_in_editor(app, next(Path(folder.name).iterdir()), line)
        except MoziError as error:
            app.notify(spoken(str(error)), severity="error", markup=False)

    place = place_of(task_folder, output.path, output.sha256)
    if output.kind == BRANCH:
        if not isinstance(at, Place) or not at.path or page.task.work_folder is None:
            return app.notify(_("There is no file here."), markup=False, timeout=3)
        place, line = (Path(page.task.work_folder), PurePath(at.path)), at.line
    app.errands.fetch_long(_copy(*place, PurePath(place[1] if output.kind == BRANCH else output.path).name), edit)
    return None


def _copy(top: Path, name: PurePath, called: str) -> Callable[[], Folder]:
    """A file in a folder of our own, under its name; the folder goes with the console."""

    def made() -> Folder:
        folder = Folder(prefix="moziplus-")
        file = Path(folder.name) / called
        with opened(top, name) as (descriptor, _found):
            file.write_bytes(b"".join(chunks(descriptor, MOST)))
        os.chmod(file, 0o400)
        return folder

    return made
