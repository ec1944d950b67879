"""Owns what is asked before one act on all that is marked: one question that names it, and one text. It performs nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.actions.action import Action, Target, what
from console.app.bulk import LISTED, listed
from console.app.screens.dialogs import Ask, Confirm
from console.i18n import _, ngettext
from widgets.board import BoardColumns
from widgets.line_list import LineList
from widgets.marking import Marking

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("ask_bulk",)

VERDICTS = frozenset({"approve", "request_changes", "reject"})
"""Acts that findings go with, which were noted on lines of the work."""
ALONE = 9
"""Names in a question that tells of nothing else."""


def ask_bulk(app: Console, action: Action, target: Target) -> None:
    """One question, and one text where one is needed, for all that is marked and can be done."""
    able = tuple(each for each in target.marked if _why_not(app, action, each) is None)
    reasons = [f"{what(each)}: {why}" for each in target.marked if (why := _why_not(app, action, each)) is not None]
    if not able:
        return app.notify(listed(reasons), markup=False, timeout=6)

    def perform(text: str = "") -> None:
        app.perform(action, replace(target, marked=able), text)
        pane = app.shown.current if app.shown is not None else None
        if isinstance(pane, LineList | BoardColumns):
            pane.mark(Marking.NONE)

    def written(text: Any) -> None:
        if text is not None:
            perform(text)

    def confirmed(yes: Any) -> None:
        if yes and action.asks:
            app.push_screen(Ask(app.look, _(action.asks), required=action.text_required, long=True), written)
        elif yes:
            perform()

    said = ngettext("{verb}: this {n}?", "{verb}: these {n}?", len(able)).format(verb=_(action.title), n=len(able))
    lines = [said, listed([what(each) for each in able], LISTED if reasons else ALONE)]
    if reasons:
        lines += [_("Not these:"), listed(reasons)]
    app.push_screen(Confirm(app.look, "\n".join(lines), _(action.title)), confirmed)
    return None


def _why_not(app: Console, action: Action, target: Target) -> str | None:
    if action.id in VERDICTS and target.review is not None and app.noted.of(target.project, target.review.id):
        return _("You noted findings there, which go with a verdict of its own.")
    return action.why_disabled(target) if action.offered(target) else _("Not here.")
