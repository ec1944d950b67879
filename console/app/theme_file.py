"""Owns the reading of themes of one's own: each a theme of ours as the base, and the colours that are other than its own."""

from __future__ import annotations

from pathlib import Path

from textual.theme import Theme

from console.app.themes import COLOURS, OURS, THEMES
from console.settings.check import check
from console.settings.kinds import choice, text
from console.settings.yaml_file import Problem, read_yaml

__all__ = ("own_themes", "read_theme")

_COLOUR = text(7, pattern="#[0-9a-fA-F]{6}", says='a colour as in "#e0af68", in quotes, for # begins a comment')
_BASES = {theme.name.removeprefix(OURS): theme for theme in THEMES}
SCHEMA = {"base": choice(*_BASES), **dict.fromkeys((*COLOURS, "panel"), _COLOUR)}
"""As `settings.schema` has them for a home."""

MOST = 100
"""Files; nobody has more themes."""


def read_theme(path: Path) -> tuple[Theme | None, tuple[str, ...]]:
    """The theme that is called as its file is, or none, with what is wrong in it: half a theme is none."""
    problems: list[str] = []
    if path.stem in _BASES or path.stem.startswith(("ansi", OURS)):
        return None, (f"{path}:1: expected a name of its own, found that of a theme that comes along",)
    try:
        values = check(read_yaml(path), SCHEMA, problems)
    except Problem as problem:
        return None, (str(problem),)
    if problems:
        return None, tuple(problems)
    base = _BASES[values.pop("base", "dark")]
    colours = {name: getattr(base, name) for name in (*COLOURS, "panel")} | values
    return Theme(name=path.stem, dark=base.dark, variables=dict(base.variables), **colours), ()


def own_themes(folder: Path) -> tuple[tuple[Theme, ...], tuple[str, ...]]:
    """The themes in a folder's `*.yaml`, and what is wrong with those that are left out."""
    found: list[Theme] = []
    problems: list[str] = []
    for path in sorted(path for path in folder.iterdir() if path.suffix == ".yaml")[:MOST]:
        theme, wrong = read_theme(path)
        problems += wrong
        if theme is not None:
            found.append(theme)
    return tuple(found), tuple(problems)
