"""Owns the check of the terminal: its kind and size, and whether tmux lets copies and notices through.

Changes no setting of anybody.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from console.cli.doctor.line import Line, ok, warn
from console.cli.doctor.place import Place
from console.cli.doctor.tools import said
from console.cli.doctor.width import ambiguous_width

__all__ = ("check",)

_LEAST = (80, 24)


def check(place: Place) -> Iterator[Line]:
    """Kind, size, colours, tmux; nothing much without a terminal."""
    if not sys.stdout.isatty() and not place.environ.get("TMUX"):
        yield ok("there is no terminal here: look again from the one in which you open the console")
        return
    yield from _kind(place)
    if sys.stdout.isatty():
        yield from _size()
    if place.environ.get("TMUX"):
        yield from _tmux(place)
    elif place.environ.get("TERM_PROGRAM") == "Apple_Terminal":
        yield warn("Terminal.app takes no copies (OSC 52)", "use iTerm2 or Ghostty, or copy with the mouse")
    width = ambiguous_width()
    if width == 2:
        yield warn(
            "the terminal draws characters of ambiguous width (● … —) two columns wide: borders will be crooked",
            "turn that off in its settings; iTerm2: Profiles, Text, 'Treat ambiguous-width characters as double width'",
        )
    elif width == 1:
        yield ok("characters of ambiguous width take one column")


def _kind(place: Place) -> Iterator[Line]:
    term = place.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        yield warn(f"TERM is {term or 'not set'}: the console cannot draw", "set TERM, as in TERM=xterm-256color")
    elif "256color" not in term and not place.environ.get("COLORTERM") and "direct" not in term:
        yield warn(
            f"TERM is {term}: few colours", "TERM=xterm-256color, within tmux `set -g default-terminal tmux-256color`"
        )
    else:
        colours = place.environ.get("COLORTERM")
        yield ok(f"TERM is {term}{f', COLORTERM {colours}' if colours else ''}")


def _size() -> Iterator[Line]:
    found = os.get_terminal_size(sys.stdout.fileno())
    if (found.columns, found.lines) == (0, 0):
        return
    said_ = f"the terminal has {found.columns}x{found.lines}"
    if found.columns < _LEAST[0] or found.lines < _LEAST[1]:
        yield warn(f"{said_}; the console is made for 80x24 and more", "make it larger, or its letters smaller")
    else:
        yield ok(said_)


def _tmux(place: Place) -> Iterator[Line]:
    clipboard = said(("tmux", "show-options", "-gv", "set-clipboard"), place.environ)
    passthrough = said(("tmux", "show-options", "-gv", "allow-passthrough"), place.environ)
    if clipboard is None and passthrough is None:
        yield warn("tmux does not answer from here", "look again inside tmux")
        return
    passes = passthrough in ("on", "all")
    if passes:
        yield ok(f"tmux lets copies and notices through (allow-passthrough {passthrough})")
    elif clipboard == "on":
        yield warn("tmux lets copies through, notices not", "in ~/.tmux.conf: `set -g allow-passthrough on`")
    else:
        yield warn(
            f"tmux drops copies and notices (set-clipboard {clipboard}, allow-passthrough {passthrough or 'unknown'})",
            "in ~/.tmux.conf: `set -g set-clipboard on` and `set -g allow-passthrough on`",
        )
