"""Owns how the board is narrowed by a line: conditions are checked before, and set once the board is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.views import number_of
from console.blackboard.reads.conditions import conditions
from console.errors import UsageError
from console.sentences import spoken
from widgets.board import BoardColumns

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("filter_board", "when_there")

STEP, TRIES = 0.05, 60
"""Seconds between two looks whether a view that is built for the first time has its board, and how many."""


def filter_board(app: Console, text: str) -> str | None:
    """Show the board with the tasks that meet the conditions, words among them, too; gives what is wrong with them, or None."""
    try:
        conditions(text, app.clock.now(), strict=True)
    except UsageError as error:
        return spoken(str(error))
    app.go(number_of("board"))
    when_there(app, text)
    return None


def when_there(app: Console, text: str, tries: int = TRIES) -> None:
    """Narrow the board as soon as its view is there."""
    boards = app.screen.query(BoardColumns)
    if boards and app.shown is not None and app.shown.VIEW == "board":
        boards.first().filter(text)
    elif tries:
        app.set_timer(STEP, lambda: when_there(app, text, tries - 1))
