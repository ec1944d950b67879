"""Owns the order in which things say what a person wants of their console: the file, and over it this terminal's variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.app.preferences import Preferences, config_file

__all__ = ("preferences",)


def preferences(environ: Mapping[str, str]) -> Preferences:
    """What the file says, what the variables of this terminal say over it, and what is wrong in either."""
    found = _of_file(config_file(environ))
    changed: dict[str, Any] = {}
    for variable, name in (("MOZIPLUS_THEME", "theme"), ("MOZIPLUS_LANGUAGE", "language")):
        if environ.get(variable):
            changed[name] = environ[variable]
            changed |= {"theme_at": variable} if name == "theme" else {}
    if bell := environ.get("MOZIPLUS_BELL"):
        changed["bell"] = bell.casefold()
    if mouse := environ.get("MOZIPLUS_MOUSE"):
        changed["mouse"] = mouse != "off"
    if marks := environ.get("MOZIPLUS_MARKS"):
        changed["ascii_marks"] = marks == "ascii"
    if not _speaks_utf8(environ):
        changed["ascii_marks"] = True
    return replace(found, **changed)


def _of_file(path: Path) -> Preferences:
    if not os.path.lexists(path):
        return Preferences()
    from console.app.preferences_file import read  # the checks of settings, only for who has the file

    return read(path)


def _speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the terminal's locale is UTF-8; on a bare one of ours (no locale at all) it nearly always is."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "C.UTF-8"
    return "utf" in locale.casefold()
