"""Owns the way from a key to an action, and what a keymap makes of our keys. Which keys exist is the registry's business."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import combinations

from console.actions.action import Action, Target
from console.actions.registry import ALIASES, on_key, shipped
from console.app.key_names import shown
from console.app.key_presets import PRESETS

__all__ = ("action_for", "clashes", "hints", "keys_of", "keys_with", "with_presets")

Keys = Mapping[str, tuple[str, ...]]
"""Action id to the keys that Textual knows."""


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


def keys_of(action: Action) -> str:
    """All keys of an action for people; full-width forms are not repeated."""
    return " ".join(shown(key) for key in action.keys if key not in ALIASES)


def hints(actions: tuple[Action, ...]) -> tuple[tuple[str, str], ...]:
    """Key and msgid of the actions that belong into the footer, the most important first; a key stands there once."""
    does: dict[str, str] = {}
    for action in actions:
        for key in action.keys:
            does.setdefault(key, action.id)
    mine = ((action, [key for key in action.keys if does[key] == action.id]) for action in actions if action.hint < 99)
    wanted = sorted(((action, keys) for action, keys in mine if keys), key=lambda each: each[0].hint)
    return tuple((shown(keys[0]), action.title) for action, keys in wanted)


def with_presets(keymap: str, keys: Keys) -> dict[str, tuple[str, ...]]:
    """A keymap that comes along, with one's own keys over it."""
    return {**PRESETS[keymap], **keys}


def clashes(keys: Keys, own: Keys) -> Iterator[tuple[str, str, str]]:
    """Key, action and the other action that would have it, too, where one of them is among one's `own` keys.

    Two that share a key of ours (such as find and filter) are no clash: what is under the cursor tells them apart.
    """
    ours = {frozenset(pair) for pair in _sharing()}
    for key, names in _holders(keys).items():
        for one, other in combinations(names, 2):
            if (one in own or other in own) and frozenset((one, other)) not in ours:
                mine, theirs = (one, other) if one in own else (other, one)
                yield shown(key), mine, theirs


def keys_with(keymap: str, own: Keys) -> dict[str, tuple[str, ...]]:
    """What `registry.use_keys` wants: an action of one's own keys takes them from every other that has them."""
    keys = with_presets(keymap, own)
    ours = {frozenset(pair) for pair in _sharing()}
    taken = {key: name for name, those in reversed(list(own.items())) for key in those}
    for action in shipped():
        left = tuple(
            key
            for key in keys.get(action.id, action.keys)
            if taken.get(key, action.id) == action.id or frozenset((taken[key], action.id)) in ours
        )
        if left != action.keys or action.id in keys:
            keys[action.id] = left
    return keys


def _sharing() -> Iterator[tuple[str, str]]:
    """Actions that share a key as the registry has them."""
    for names in _holders({}).values():
        yield from combinations(names, 2)


def _holders(keys: Keys) -> dict[str, list[str]]:
    """Key to the actions that have it, where those in `keys` have other ones than ours."""
    found: dict[str, list[str]] = {}
    for action in shipped():
        for key in dict.fromkeys(keys.get(action.id, action.keys)):
            found.setdefault(key, []).append(action.id)
    return found
