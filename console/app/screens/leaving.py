"""Owns the box that asks what becomes of scheduling when a console leaves."""

from __future__ import annotations

from console.app.charge import Ending
from console.app.screens.dialogs import Choice, Pick
from console.i18n import _
from widgets.painted import Look

__all__ = ("Leaving",)


class Leaving(Pick):
    """What becomes of scheduling when the console that is in charge ends."""

    def __init__(self, look: Look, somebody_waits: bool = False) -> None:
        """Where a service or another console stands in the wings, it takes over in any case."""
        goes_on = _("leave, and let a scheduler without a screen go on")
        stops = [Choice(value=Ending.STOP, title=_("leave, and start no further agents"))]
        if somebody_waits:
            goes_on, stops = _("leave; the scheduler that waits takes over"), []
        choices = (Choice(value=Ending.HAND_OVER, title=goes_on), *stops, Choice(value=None, title=_("stay")))
        super().__init__(look, _("This console is in charge. Agents at work go on in any case."), choices)
