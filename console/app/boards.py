"""Owns how the board of each project lies: in which order, in which groups, as its person left it. It reads no board."""

from __future__ import annotations

from collections.abc import Mapping
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

__all__ = ("Boards", "arrange", "next_group", "next_order")

E = TypeVar("E", bound=StrEnum)
MOST = 100
"""Projects of which it is remembered."""


class Boards:
    """The arrangement of each project's board."""

    def __init__(self, kept: Mapping[str, Arrangement] | None = None) -> None:
        self._of = dict(kept or {})

    def of(self, project: str) -> Arrangement:
        """As it was left, else as ever."""
        return self._of.get(project, Arrangement())

    def put(self, project: str, arranged: Arrangement) -> None:
        """From now on so."""
        self._of.pop(project, None)
        self._of[project] = arranged

    @property
    def kept(self) -> dict[str, Arrangement]:
        """Those that are not as ever, the last ones."""
        usual = Arrangement()
        return dict([pair for pair in self._of.items() if pair[1] != usual][-MOST:])


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
