"""Owns leaving: what is asked before, and what becomes of scheduling when a console that is in charge ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.app.charge import Ending
from console.app.screens.dialogs import Choice, Confirm, Pick
from console.i18n import _
from widgets.painted import Look

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("Leaving", "ask_to_leave")


def ask_to_leave(app: Console) -> None:
    """Leave, after a question where something ends with the console."""
    charge = app.charge
    if app.demo:
        question = _("End the demo? Its home was made to be thrown away, and goes with it.")
        app.push_screen(Confirm(app.look, question, _("end it")), lambda yes: app.leave(app.ending) if yes else None)
    elif charge is None or not charge.in_charge:
        app.leave(app.ending)
    else:
        box = Leaving(app.look, charge.somebody_waits())
        app.push_screen(box, lambda how: app.leave(how) if how is not None else None)


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
