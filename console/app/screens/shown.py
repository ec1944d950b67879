"""Owns how a screen comes from the table of views. What is not shown first is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from textual.screen import Screen

from console.actions.views import VIEWS, View
from console.app.screens import overview  # what is shown first  # noqa: F401

__all__ = ("FIRST", "MODES")


def _made(view: View) -> Callable[[], Screen[Any]]:
    def make() -> Screen[Any]:
        module, _colon, name = view.screen.partition(":")
        screen: Screen[Any] = getattr(import_module(f"console.app.screens.{module}"), name)()
        return screen

    return make


MODES: dict[str, str | Callable[[], Screen[Any]]] = {
    str(number): _made(view) for number, view in enumerate(VIEWS, start=1)
}
"""By the key of each view, as Textual wants its modes."""
FIRST = "1"
