"""Owns how one has the cards of the board that is shown lie otherwise: by a key that goes round, or by a word."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from console.actions.action import Target
from console.app.screens.base import ConsoleScreen
from console.i18n import _
from console.records.board import Arrangement
from widgets.board_heads import arranged_words

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("arrange", "next_group", "next_order")

E = TypeVar("E", bound=StrEnum)


def arrange(app: Console, arranged: Arrangement) -> None:
    """Have the board that is shown lie so, and say how."""
    app.boards.put(app.world.board.project, arranged)
    if (shown := app.shown) is not None:
        shown.present(app.world, app.look)
    said = arranged_words(arranged) or _("by urgency")
    app.notify(_("Cards lie {so}.").format(so=said), markup=False, timeout=2)


def next_order(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """The next order, round and round."""
    now = app.boards.of(app.world.board.project)
    arrange(app, replace(now, order=_next(now.order)))


def next_group(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """The next kind of groups, round and round."""
    now = app.boards.of(app.world.board.project)
    arrange(app, replace(now, group=_next(now.group)))


def _next(now: E) -> E:
    every = list(type(now))
    found: E = every[(every.index(now) + 1) % len(every)]
    return found
