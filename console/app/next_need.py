"""Owns where one goes on to: the next thing that needs the operator, in the list that one is at, round and round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import Target
from console.app.screens.base import ConsoleScreen
from console.i18n import _
from widgets.line_list import LineList

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("next_need",)


def next_need(app: Console, screen: ConsoleScreen, target: Target, step: int) -> None:
    """Go to the next thing that needs the operator: among the reviews such a review, else in the list of the Overview."""
    if not app.world.needs:
        app.notify(_("Reading…") if app.world.reading else _("Nothing needs you."), markup=False, timeout=2)
        return
    view = app.screen_stack[0]
    if view.query("#reviews") and any(row.needs_me for row in app.world.reviews):
        _leave_pages(app)
        _to_review(app, view.query_one("#reviews", LineList), step)
        return
    stays = app.current_mode != "1"
    if stays:
        app.go(1)
    elif len(app.screen_stack) > 1:
        # What a page showed may be settled by now, or was no need: what stands under the cursor comes next then.
        stays = not _is_of_need(screen, target)
    _leave_pages(app)
    _to_need(app, 0 if stays else step)


def _leave_pages(app: Console) -> None:
    while len(app.screen_stack) > 1:
        app.pop_screen()


def _to_review(app: Console, pane: LineList, step: int) -> None:
    """The next one that needs the operator, round and round; what a filter hides is not skipped but said."""
    mine = [n for n, row in enumerate(pane.rows) if row.needs_me]
    if not mine:
        app.notify(_("What needs you is hidden by the filter; esc shows all."), markup=False, timeout=3)
        return
    ahead = [n for n in mine if n > pane.cursor] if step > 0 else [n for n in reversed(mine) if n < pane.cursor]
    to = ahead[0] if ahead else mine[0 if step > 0 else -1]
    if to == pane.cursor:
        app.notify(_("No other review needs you."), markup=False, timeout=2)
    pane.move(to - pane.cursor)


def _is_of_need(screen: ConsoleScreen, target: Target) -> bool:
    """Whether a page shows what stands under the cursor of the list, which it covers."""
    row = screen.app.screen_stack[0].query_one("#needs", LineList).row
    if row is None or row.need.project != (target.project or target.alert_project):
        return False
    if target.alert is not None:
        return bool(row.alert is not None and row.alert.id == target.alert.id)
    return target.task is not None and row.need.task_id == target.task.id


def _to_need(app: Console, step: int) -> None:
    screen = app.screen
    if not isinstance(screen, ConsoleScreen) or not screen.query("#needs"):
        return
    pane = screen.query_one("#needs", LineList)
    here = screen.current is pane
    screen.focus_pane(pane)
    if here and pane.rows:
        last = len(pane.rows) - 1
        at = pane.cursor + step
        pane.to_end(last=at < 0) if not 0 <= at <= last else pane.move(step)
