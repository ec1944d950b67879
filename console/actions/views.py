"""Owns the one table of the console's views: the order, which is the key of each, its name, its screen, what it has read.

Keys, tabs, command line, help and docs/keys.md come from it. It builds no screen: a new view is a row here and a file.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.i18n import N_, _

__all__ = ("VIEWS", "View", "number_of", "view_named", "views")


@dataclass(frozen=True, slots=True)
class View:
    """One of the screens between which the digits switch."""

    name: str
    """As the command line and docs/keys.md call it, behind `view_`."""
    title: str
    """Its msgid."""
    screen: str
    """Module and class of its screen, in `console.app.screens`; it is imported when it is first shown."""
    counts: str = ""
    """What of the world is counted behind its title, by a name of `widgets.tabs`; empty for nothing."""
    attends: bool = False
    """It shows what the home says about itself, which is read only while somebody looks."""


VIEWS = (
    View("overview", N_("Overview"), "overview:Overview"),
    View("board", N_("Board"), "board:BoardView"),
    View("sessions", N_("Sessions"), "sessions:Sessions"),
    View("reviews", N_("Reviews"), "reviews:Reviews", counts="reviews"),
    View("alerts", N_("Alerts"), "alerts:Alerts", counts="alerts"),
    View("system", N_("System"), "system:SystemView", attends=True),
    View("agents", N_("Agents"), "agents:Agents"),
    View("knowledge", N_("Knowledge"), "knowledge:Knowledge"),
    View("inbox", N_("Inbox"), "inbox:Inbox"),
)


def views() -> list[tuple[int, str, str]]:
    """Number, name in the language in use, and what is counted behind it, of each view."""
    return [(number, _(view.title), view.counts) for number, view in enumerate(VIEWS, start=1)]


def view_named(name: str) -> View | None:
    """The row of a view."""
    return next((view for view in VIEWS if view.name == name), None)


def number_of(name: str) -> int:
    """Which one `name` is; 0 for none."""
    return next((number for number, view in enumerate(VIEWS, start=1) if view.name == name), 0)
