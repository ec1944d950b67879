"""Owns what the operator wrote for an act that was refused or given up, until the same act on the same thing is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import Act, Action, Target
from console.app.keymap import keys_of
from console.i18n import _

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("Kept", "keep")


def keep(app: Console, action: Action, target: Target, text: str) -> None:
    """Lose nothing of a box that was left, and say so."""
    if said := app.kept.give_up(action, target, text):
        app.notify(said, markup=False, timeout=4)


class Kept:
    """Texts by what they were for. Not for ever: they go with the console."""

    def __init__(self) -> None:
        self._texts: dict[tuple[object, ...], str] = {}

    def after(self, action: Action, act: Act, refused: str) -> str:
        """Keep what was written for an act that was refused, until one is done; gives what is to be said of it all."""
        picked = action.picks_agent or action.picks_judge or action.picks_option
        if not refused or not act.text or not (action.asks or action.composes) or picked:
            self._texts.pop(_of(action, act.target), None)
            return refused
        self._texts[_of(action, act.target)] = act.text
        kept = _("What you wrote is kept: {key} brings it back.").format(key=keys_of(action) or ":")
        return f"{refused}\n{kept}"

    def give_up(self, action: Action, target: Target, text: str) -> str:
        """Keep what was written when its box was left, where anything was; gives what is to be said of it."""
        if not text:
            self._texts.pop(_of(action, target), None)
            return ""
        self._texts[_of(action, target)] = text
        return _("What you wrote is kept: {key} brings it back.").format(key=keys_of(action) or ":")

    def of(self, action: Action, target: Target) -> str:
        """What was kept for this; empty where nothing was."""
        return self._texts.get(_of(action, target), "")


def _of(action: Action, target: Target) -> tuple[object, ...]:
    about = (target.session, target.task, target.review, target.alert)
    return (action.id, target.project, *(None if each is None or action.of_project else each.id for each in about))
