"""Owns what reading the work needs of a console, so that it knows no more of it."""

from __future__ import annotations

from typing import Protocol

from console.app.errands import Errands
from console.app.noted import Noted
from console.app.seen import Seen
from console.clock import Clock
from console.home import Home

__all__ = ("Desk",)


class Desk(Protocol):
    """What the reading needs of the console."""

    def notify(self, message: str, *, markup: bool = True, timeout: float | None = None) -> None:
        """Say what was not to be found."""

    @property
    def home(self) -> Home:
        """Where the outputs lie."""

    @property
    def clock(self) -> Clock:
        """When something was seen."""

    @property
    def errands(self) -> Errands:
        """Who reads."""

    @property
    def noted(self) -> Noted:
        """What is marked."""

    @property
    def seen(self) -> Seen:
        """What was read before."""
