"""Owns the list of what was done in this console, each with the shell's line that does the same, and doing one again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import Target, Undo
from console.actions.lines import line_of
from console.actions.registry import by_id
from console.days import shown_today
from console.i18n import _
from console.text import one_line

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("do_again", "show_acts")


def show_acts(app: Console) -> None:
    """List them, the newest first; enter takes one back."""
    from console.app.screens.dialogs import Choice, Pick

    if not app.undos.done:
        app.notify(_("Nothing was done in this console yet."), markup=False, timeout=3)
        return
    done = [*reversed(app.undos.done)]
    count = len(done)
    # Why one cannot be taken back is worth more than the line, and there is not room for both.
    lines = [
        line_of(one.action, one.act.target, one.act.text) if not (one.parts or _why_not(app, one)) else ""
        for one in done
    ]
    choices = [
        Choice(
            title=f"{count - n:>3}  {shown_today(one.act.now, app.clock.now())}  {one.title}",
            value=one,
            keys=one_line(line, 80),
            why_not=_why_not(app, one),
        )
        for n, (one, line) in enumerate(zip(done, lines, strict=True))
    ]

    def chosen(undo: Undo | None) -> None:
        if undo is not None:
            app.begin(by_id()["undo"], Target(undo=undo))

    app.push_screen(Pick(app.look, _("What was done in this console; enter takes it back"), choices), chosen)


def do_again(app: Console) -> None:
    """Do what was taken back last."""
    undo = app.undos.again()
    if undo is None:
        app.notify(_("Nothing was taken back that could be done again."), markup=False, timeout=3)
    else:
        app.perform(undo.action, undo.act.target, undo.act.text)


def _why_not(app: Console, undo: Undo) -> str:
    return undo.why_not or ("" if app.undos.left(undo) else _("It was taken back already."))
