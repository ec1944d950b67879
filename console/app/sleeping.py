"""Owns how one is asked what is to sleep until when, and which of what sleeps is to wake. It keeps nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from console.actions.action import Action, Target, what
from console.actions.registry import by_id
from console.app.screens.dialogs import Choice, Pick
from console.days import shown_today
from console.i18n import _, ngettext
from console.records.snooze import Span
from console.sentences import spoken
from console.text import one_line
from widgets.board import BoardColumns
from widgets.line_list import LineList
from widgets.marking import Marking
from widgets.rows import plain, ref

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("ask_span", "ask_wake")

WAKE = "wake"


def ask_span(app: Console, action: Action, target: Target) -> None:
    """Until when this, or all that is marked, is to sleep."""
    many = len(target.marked)
    about = ngettext("{n} marked", "{n} marked", many).format(n=many) if many else what(target)

    def chosen(span: Any) -> None:
        if span == WAKE:
            app.begin(by_id()["wake"], target)
        elif span is not None:
            app.perform(action, target, span)
            pane = app.shown.current if app.shown is not None else None
            if isinstance(pane, LineList | BoardColumns):
                pane.mark(Marking.NONE)

    app.push_screen(Pick(app.look, f"{_(action.asks)}  {about}", [*_spans(app)]), chosen)


def ask_wake(app: Console, action: Action, target: Target) -> None:
    """Which of what sleeps, or all of it."""
    rows = app.world.snoozed
    if not rows:
        app.notify(_("Nothing sleeps."), markup=False, timeout=3)
        return
    choices = [Choice(value="", title=_("all of them"))]
    for row, snooze in rows:
        need = row.need
        until = _("until it changes") if snooze.sign else _("with all that is like it")
        if snooze.until is not None:
            until = _("until {when}").format(when=shown_today(snooze.until, app.look.now))
        title = f"{ref(need.project, need.task_id)}  {one_line(need.title, 40)}  {plain(spoken(need.reason))}"
        choices.append(Choice(value=snooze.key, title=title, group=until))
    app.push_screen(
        Pick(app.look, _(action.asks), choices),
        lambda key: app.perform(action, Target(), key) if key is not None else None,
    )


def _spans(app: Console) -> Iterator[Choice]:
    yield Choice(value=Span.HOUR, title=_("for an hour"))
    yield Choice(value=Span.TOMORROW, title=_("until tomorrow, 8:00"))
    yield Choice(value=Span.CHANGE, title=_("until it changes"))
    yield Choice(value=Span.ALIKE, title=_("for good, and all that is like it: mute"))
    if n := len(app.world.snoozed):
        yield Choice(value=WAKE, title=ngettext("see the {n} snoozed", "see the {n} snoozed", n).format(n=n))
