"""Owns the one list of everything that can be done in the console. Keys, footer, help, menus and docs/keys.md come from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from console.actions import asks, branches, editing, moves, reviews, running, sleeping, tasks
from console.actions.action import Action, Target

__all__ = ("ALIASES", "actions", "by_id", "named", "offered", "on_key", "shipped", "use_keys")

ALIASES = frozenset("？：／。、＠｛｝")
"""Full-width forms of keys, which arrive while an input method is on; documented once, not in every list."""


def shipped() -> tuple[Action, ...]:
    """Every action with the keys that it has where nobody wanted others."""
    rooms = (moves, asks, reviews, sleeping, editing, tasks, branches, running)
    return tuple(action for room in rooms for action in room.ACTIONS)


_keys: Mapping[str, tuple[str, ...]] = {}


def use_keys(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Give actions other keys, by their ids, from now on in this process; those that are not named have their own."""
    global _keys
    _keys = dict(keys)
    for known in (actions, by_id, on_key):
        known.cache_clear()


@cache
def actions(*, read_only: bool = False) -> tuple[Action, ...]:
    """Every action, in the order of help; without those that write where nothing may be written."""
    found = (action for action in shipped() if not (read_only and action.danger))
    return tuple(replace(action, keys=_keys[action.id]) if action.id in _keys else action for action in found)


@cache
def by_id(*, read_only: bool = False) -> dict[str, Action]:
    """Actions by their ids."""
    return {action.id: action for action in actions(read_only=read_only)}


@cache
def on_key(*, read_only: bool = False) -> dict[str, tuple[Action, ...]]:
    """Actions by their keys; of those that share one (they mean the same to a person) the first that is offered counts."""
    found: dict[str, tuple[Action, ...]] = {}
    for action in sorted(actions(read_only=read_only), key=lambda action: action.id == "cancel"):
        for key in action.keys:
            found[key] = (*found.get(key, ()), action)
    return found


def offered(target: Target, *, read_only: bool = False) -> tuple[Action, ...]:
    """What can be done with what is under the cursor now."""
    found = (action for action in actions(read_only=read_only) if action.offered(target))
    return tuple(action for action in found if action.why_disabled(target) is None)


def named(text: str, *, read_only: bool = False) -> Action | None:
    """The action that a line of the command line names: its id, with - or _ or blanks, or a beginning that only it has."""
    wanted = text.strip().casefold().replace("-", "_").replace(" ", "_")
    known = by_id(read_only=read_only)
    if wanted in known:
        return known[wanted]
    begin = [action for name, action in known.items() if wanted and name.startswith(wanted)]
    return begin[0] if len(begin) == 1 else None
