"""Owns the way from a key to an action, and how keys are written for people. Which keys exist is the registry's business."""

from __future__ import annotations

import unicodedata

from console.actions.action import Action, Target
from console.actions.registry import ALIASES, on_key

__all__ = ("action_for", "hints", "keys_of", "shown")

_SHOWN = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "shift+tab": "shift-tab"}


def action_for(key: str, character: str | None, target: Target, *, read_only: bool) -> Action | None:
    """What a key means here: the first of its actions that is for what is under the cursor, else the first."""
    bound = on_key(read_only=read_only)
    found = bound.get(key) or bound.get(character or _named(key))
    if not found:
        return None
    return next((action for action in found if action.offered(target)), found[0])


def _named(key: str) -> str:
    """The character that a key's name stands for, as in `fullwidth_colon`; empty where it is none."""
    try:
        return unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return ""


def shown(key: str) -> str:
    """A key as it is written in the footer and in help."""
    return _SHOWN.get(key, key.replace("ctrl+", "ctrl-"))


def keys_of(action: Action) -> str:
    """All keys of an action for people; full-width forms are not repeated."""
    return " ".join(shown(key) for key in action.keys if key not in ALIASES)


def hints(actions: tuple[Action, ...]) -> tuple[tuple[str, str], ...]:
    """Key and msgid of the actions that belong into the footer, the most important first."""
    wanted = sorted((action for action in actions if action.hint < 99 and action.keys), key=lambda action: action.hint)
    return tuple((shown(action.keys[0]), action.title) for action in wanted)
