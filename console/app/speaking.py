"""Owns the change of language while the console runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.i18n import use_language

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("speak",)


def speak(app: Console, wanted: str) -> None:
    """Show everything from now on in another language."""
    use_language(wanted)
    app.look = replace(app.look, language=wanted)
    if (shown := app.shown) is not None:
        shown.present(app.world, app.look)
    app.feed.refresh()
