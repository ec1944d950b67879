"""Owns what is done with a line of a text that stands for something: going to its other end, and saying something of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.actions.action import Target
from console.actions.registry import by_id
from console.actions.reviews import can_be_judged
from console.app.screens.base import ConsoleScreen
from console.i18n import _, ngettext
from widgets.anchors import Place
from widgets.text_pane import TextPane

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("go_along", "note_finding")


def go_along(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """From a finding to its place, or back: in another pane, on the page below, or on one of its own."""
    from console.app.screens.pages import ThreadScreen
    from console.app.screens.work import WorkScreen

    end = screen.other_end
    if end is None or target.review is None or screen.show_end(end):
        return
    below, number = app.screen_stack[-2:][0], target.review.id
    kind = WorkScreen if isinstance(end, Place) else ThreadScreen
    if isinstance(below, WorkScreen | ThreadScreen) and isinstance(below, kind) and below.review_id == number:
        below.show_end(end)
        app.pop_screen()
    elif isinstance(end, Place):
        app.push_screen(WorkScreen(target.project, target.review.task_id, number, end))
    else:
        app.push_screen(ThreadScreen(target.project, number, end))


def note_finding(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """Note what is wrong with the line, for the verdict; where none can be given, it is a comment."""
    from console.app.asking import refuse
    from console.app.screens.dialogs import Ask

    place = screen.current.about if isinstance(screen.current, TextPane) else None
    if app.read_only:
        return refuse(app, _("This console is read-only."))
    if not isinstance(place, Place) or not place.line:
        return app.begin(by_id()["comment"], target)
    review = target.review

    def written(text: Any) -> None:
        if text is None:
            return
        if review is None or not can_be_judged(target):
            app.perform(by_id()["comment"], target, f"{place}: {text}")
            return
        n = app.noted.add(target.project, review.id, place, text)
        said = ngettext("{n} finding is noted; x sends it.", "{n} findings are noted; x sends them.", n)
        app.notify(said.format(n=n), markup=False, timeout=4)
        screen.noted()

    label = _("What is wrong with {place}?") if can_be_judged(target) else _("What is to be said of {place}?")
    app.push_screen(Ask(app.look, label.format(place=place), required=True, long=True), written)
    return None
