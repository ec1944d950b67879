"""Owns how a console comes back to where it was at its last end, and leaves word for the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.views import VIEWS, number_of
from console.app.boards import Boards
from console.app.history import History
from console.app.last_time import LastTime
from console.app.screens.shared import Shared

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("come_back", "leave_word")

STEP, TRIES = 0.05, 200
"""Seconds between two looks whether the home was read, and how many."""


def come_back(app: Console) -> None:
    """Show what was shown, where its person wants that; what is there no more is not missed."""
    last = LastTime.of(app.home) if app.wanted.restore else LastTime()
    app.history, app.boards = History(last.lines), Boards(last.boards)
    app.shares.take(last.panes)
    if isinstance(shown := app.shown, Shared):
        shown.share()
    if last.filter and last.view == "board":
        from console.app.filtering import when_there

        when_there(app, last.filter)
    if number := number_of(last.view):
        app.go(number)
    if last.project:
        _select(app, last.project, TRIES)


def leave_word(app: Console) -> None:
    """Write down where one was. A console that only looks writes nothing at all."""
    if app.read_only or not app.wanted.restore:
        return
    view = VIEWS[int(app.current_mode) - 1].name if app.current_mode in app.MODES else ""
    words = app.feed.words
    lines, boards = app.history.newest_first, app.boards.kept
    project, panes = app.world.board.project, app.shares.kept
    LastTime(view=view, project=project, filter=words, boards=boards, panes=panes, lines=lines).keep(app.home)


def _select(app: Console, project: str, tries: int) -> None:
    if app.world.reading and tries:
        app.set_timer(STEP, lambda: _select(app, project, tries - 1))
    elif any(row.id == project for row in app.world.projects):
        app.select(project)
