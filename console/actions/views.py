"""Owns the list of the console's views: their order, which is the key of each, and their names. It builds no screen."""

from __future__ import annotations

from dataclasses import dataclass

from console.i18n import N_, _

__all__ = ("VIEWS", "View", "number_of", "views")


@dataclass(frozen=True, slots=True)
class View:
    """One of the screens between which the digits switch."""

    name: str
    """As the command line and docs/keys.md call it, behind `view_`."""
    title: str
    """Its msgid."""


VIEWS = (
    View("overview", N_("Overview")),
    View("board", N_("Board")),
    View("sessions", N_("Sessions")),
    View("reviews", N_("Reviews")),
    View("alerts", N_("Alerts")),
    View("system", N_("System")),
)


def views() -> list[tuple[int, str]]:
    """Number and name of each view, in the language in use."""
    return [(number, _(view.title)) for number, view in enumerate(VIEWS, start=1)]


def number_of(name: str) -> int:
    """Which one `name` is; 0 for none."""
    return next((number for number, view in enumerate(VIEWS, start=1) if view.name == name), 0)
