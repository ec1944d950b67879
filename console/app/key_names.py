"""Owns how a key is written, for people and in the keymap file, and what Textual calls it."""

from __future__ import annotations

from textual.keys import Keys

__all__ = ("key_of", "shown")

_SHOWN = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}
_NAMED = {short: name for name, short in _SHOWN.items()} | {"del": "delete", "return": "enter", "ins": "insert"}
_NAMES = frozenset(str(key.value) for key in Keys if not key.value.startswith("<"))
_MODIFIERS = ("ctrl", "shift", "alt", "meta", "super")
_SAME = frozenset(f"ctrl+{letter}" for letter in "hijm")
"""What a terminal sends for backspace, tab and enter, too."""
_TAKEN = frozenset(f"ctrl+{letter}" for letter in "cqsz")
"""What ends, stops or suspends a program in a terminal: nothing else may be meant by it."""


def shown(key: str) -> str:
    """A key as it is written in the footer and in help."""
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    return "-".join((*modifiers, _SHOWN.get(last, last)))


def key_of(text: str) -> str:
    """What Textual calls the key that a person writes as `v`, `ctrl-x`, `esc` or `f5`. Raises ValueError for none."""
    if len(text) == 1:
        if not text.isprintable() or text.isspace():
            raise ValueError
        return text
    *modifiers, last = text.replace("+", "-").split("-")
    last = _NAMED.get(last.casefold(), last)
    if any(modifier not in _MODIFIERS for modifier in modifiers):
        raise ValueError
    if not modifiers:
        if last.casefold() not in _NAMES:
            raise ValueError
        return last.casefold()
    if modifiers == ["shift"] and len(last) == 1 and last.isalpha():
        return last.upper()
    if len(last) == 1 and last.isascii():
        key = "+".join((*modifiers, last))
        if modifiers not in (["ctrl"], ["alt"]) or not last.islower() or key in _SAME | _TAKEN:
            raise ValueError
        return key
    if last.casefold() not in _NAMES:
        raise ValueError
    return "+".join((*modifiers, last.casefold()))
