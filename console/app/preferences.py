"""Owns what a person wants of their console whatever home it shows: colours, language, keys, calls.

A file says it: `~/.config/moziplus/console.yaml` (`$XDG_CONFIG_HOME` counts), or another that `MOZIPLUS_CONSOLE` names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from console.days import LOCAL, shown_today
from console.user_paths import expanded

__all__ = ("EXAMPLE", "Preferences", "config_file", "is_quiet", "theme_folder")

EXAMPLE = """\
theme: dark              # dark light contrast contrast-light blue-orange red-cyan ansi ansi-light, or a file in themes/
language: auto           # auto en zh
marks: unicode           # unicode ascii
mouse: true
bell: on                 # on bell off
quiet: 22:00-07:00       # no rings between these times
motion: true             # false: nothing slides
restore: true            # begin with the view, the project and the filters of the last time
keymap: moziplus         # moziplus k9s lazygit
keys:                    # by the names in docs/keys.md
  approve: [v, f5]
  pause: none
"""
"""Every key of the file with what it may hold, as docs/console.md shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What holds for this console, and what of the file does not."""

    theme: str = ""
    theme_at: str = ""
    """Where that is said: `file:line`, or the variable."""
    language: str = ""
    ascii_marks: bool = False
    mouse: bool = True
    bell: str = "on"
    quiet: tuple[int, int] | None = None
    """Begin and end in minutes of the day, in the machine's zone; the end may lie before the begin."""
    motion: bool = True
    restore: bool = True
    keymap: str = "moziplus"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Action id to its keys, as they are written in the file; none leaves it without."""
    problems: tuple[str, ...] = ()
    """`file:line: key: expected …, found …`."""


def config_file(environ: Mapping[str, str]) -> Path:
    """Where the file is looked for."""
    if named := environ.get("MOZIPLUS_CONSOLE"):
        return Path(expanded(named))
    base = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME") or "~", ".config")
    return Path(os.path.expanduser(base)) / "moziplus" / "console.yaml"


def theme_folder(environ: Mapping[str, str]) -> Path:
    """Where themes of one's own lie, each in NAME.yaml."""
    return config_file(environ).parent / "themes"


def is_quiet(wanted: Preferences, now: int, zone: tzinfo = LOCAL) -> bool:
    """Whether nothing rings at `now`."""
    if wanted.quiet is None:
        return False
    hour, minute_of_hour = shown_today(now, now, zone).split(":")
    begin, end = wanted.quiet
    minute = int(hour) * 60 + int(minute_of_hour)
    return begin <= minute < end if begin <= end else minute >= begin or minute < end
