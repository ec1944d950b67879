"""Owns the acts that give a pane more room, or all of it. How a view lays its panes out is its own business."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.actions.action import Target
from console.app.screens.base import ConsoleScreen
from console.app.screens.shared import Shared
from console.i18n import _

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("SHARING",)


def _grow(steps: int) -> Callable[[Console, ConsoleScreen, Target], None]:
    def act(app: Console, screen: ConsoleScreen, target: Target) -> None:
        if not isinstance(screen, Shared) or not screen.grow(steps):
            _say_why_not(app, screen)

    return act


def _alone(app: Console, screen: ConsoleScreen, target: Target) -> None:
    if isinstance(screen, Shared) and screen.alone:
        screen.together()
    elif not isinstance(screen, Shared) or screen.current is None or not screen.stand_alone(screen.current):
        _say_why_not(app, screen)


def _as_ever(app: Console, screen: ConsoleScreen, target: Target) -> None:
    if isinstance(screen, Shared):
        screen.as_ever()


def _say_why_not(app: Console, screen: ConsoleScreen) -> None:
    narrow = screen.has_class("-narrow") and len(screen.panes()) > 1
    one = _("One pane stands here at a time; tab takes the next. Panes beside each other need 100 columns.")
    app.notify(one if narrow else _("This pane has nothing beside it."), markup=False, timeout=4)


SHARING = {"grow": _grow(1), "shrink": _grow(-1), "alone": _alone, "panes_as_ever": _as_ever}
"""Action id to what it does."""
