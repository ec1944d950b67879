"""Owns which acts are asked for in a way of their own, in place of the usual boxes: some actions, and all on what is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import Action, Target
from console.app.asking_all import ask_bulk

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
        case _ if action.bulk and target.marked:
            ask_bulk(app, action, target)
        case _:
            return False
    return True
