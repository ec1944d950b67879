"""Owns which screen each view of the console is. What is not shown first is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from console.actions.views import VIEWS
from console.app.screens.overview import Overview

__all__ = ("FIRST", "MODES")


def _board() -> Screen[Any]:
    from console.app.screens.board import BoardView

    return BoardView()


def _sessions() -> Screen[Any]:
    from console.app.screens.sessions import Sessions

    return Sessions()


def _reviews() -> Screen[Any]:
    from console.app.screens.reviews import Reviews

    return Reviews()


def _alerts() -> Screen[Any]:
    from console.app.screens.alerts import Alerts

    return Alerts()


def _system() -> Screen[Any]:
    from console.app.screens.system import SystemView

    return SystemView()


_SCREENS: dict[str, Callable[[], Screen[Any]]] = {
    "overview": Overview,
    "board": _board,
    "sessions": _sessions,
    "reviews": _reviews,
    "alerts": _alerts,
    "system": _system,
}
MODES: dict[str, str | Callable[[], Screen[Any]]] = {
    str(number): _SCREENS[view.name] for number, view in enumerate(VIEWS, start=1)
}
"""By the key of each view, as Textual wants its modes."""
FIRST = "1"
