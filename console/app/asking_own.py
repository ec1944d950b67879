"""Owns which acts are asked for in a way of their own, in place of the usual boxes: some actions, and all on what is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import Action, Context, Target
from console.app.asking_all import ask_bulk
from console.app.screens.dialogs import Told
from console.i18n import _

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("ask_own",)


def ask_own(app: Console, action: Action, target: Target) -> bool:
    """Ask for it where it has a way of its own; False where it has none."""
    match action.id:
        case "edit_task":
            from console.app.forms import edit

            edit(app, action, target)
        case "snooze":
            from console.app.sleeping import ask_span

            ask_span(app, action, target)
        case "wake":
            from console.app.sleeping import ask_wake

            ask_wake(app, action, target)
        case _ if target.folded and not action.bulk and _of_one(action):
            app.push_screen(Told(app.look, _("This row stands for several: enter opens them.")))
        case _ if action.bulk and target.marked:
            ask_bulk(app, action, target)
        case _:
            return False
    return True


def _of_one(action: Action) -> bool:
    """It is about the thing under the cursor, whatever else there is."""
    return Context.ANY not in action.contexts and not action.of_project
