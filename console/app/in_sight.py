"""Owns which view is in sight: the world goes on there, also where a box lies below it that covers nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.app.screens.base import ConsoleScreen

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("in_sight",)


def in_sight(app: Console) -> ConsoleScreen | None:
    """The view that is shown, also where a box lies below it that covers nothing of it: the world goes on there."""
    if (shown := app.shown) is not None or len(app.screen_stack) < 2:
        return shown
    behind = app.screen_stack[-2] if getattr(app.screen, "COVERS_NOTHING", False) else None
    return behind if isinstance(behind, ConsoleScreen) else None
