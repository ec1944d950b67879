"""Owns the keymaps that come along: ours, and the habits of two other programs over it. What these do not name keeps ours."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ("PRESETS",)

_K9S: dict[str, tuple[str, ...]] = {
    "page_down": ("ctrl+f", "pagedown"),
    "page_up": ("ctrl+b", "pageup"),
    "half_down": (),
    "output": ("L", "l"),
    "right": ("right",),
    "open": ("enter", "d"),
    "diff": ("ctrl+w",),
    "cancel": ("ctrl+d",),
    "stop_session": ("ctrl+d", "ctrl+k"),
}
"""`l` logs, `d` describes, ctrl-d deletes, ctrl-f and ctrl-b page."""
_LAZYGIT: dict[str, tuple[str, ...]] = {
    "first": ("<", "g", "home"),
    "last": (">", "G", "end"),
    "page_down": (".", "。", "pagedown"),
    "page_up": (",", "，", "pageup"),
    "menu": ("x",),
    "request_changes": ("r",),
    "refresh": ("R", "ctrl+r"),
    "copy": ("ctrl+o", "y"),
    "diff": ("W",),
    "source": ("alt+w",),
    "cancel": ("d", "D"),
    "stop_session": ("d", "D"),
}
"""`x` is the menu, `<` and `>` the ends, `,` and `.` page, `d` drops, ctrl-o copies."""
PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"moziplus": {}, "k9s": _K9S, "lazygit": _LAZYGIT}
"""By the word that the file has for it."""
