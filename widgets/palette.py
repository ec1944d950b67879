"""Owns the look of every role: which colour of the theme, how strong, on what ground. It draws nothing and knows no widget.

Roles are not component classes of a style sheet: eighteen of them on each pane took a third of the time to the first paint.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.style import Style
from textual.color import Color

__all__ = ("GROUNDS", "ROLES", "style_for")

ROLES: dict[str, tuple[str, float, bool]] = {
    "text": ("foreground", 1.0, False),
    "dim": ("foreground", 0.52, False),
    "strong": ("foreground", 1.0, True),
    "title": ("foreground", 0.7, False),
    "title-focused": ("primary", 1.0, True),
    "rule": ("foreground", 0.22, False),
    "key": ("primary", 1.0, False),
    "primary": ("primary", 1.0, True),
    "secondary": ("secondary", 1.0, False),
    "accent": ("accent", 1.0, False),
    "success": ("success", 1.0, False),
    "warning": ("warning", 1.0, False),
    "error": ("error", 1.0, False),
}
"""Role to the theme's colour, its usual strength over the background (a theme may say another), and whether it is bold."""
INVERSE = {"needs": "primary", "alarm": "error"}
"""Roles that keep their own ground everywhere: the background's colour on that of the theme."""
FOUND = {"found": "warning", "found-here": "primary"}
"""What a find has found, told by a line under it, and the one at which one is, reversed: also where there is no colour."""
GROUNDS: dict[str, tuple[str, float]] = {"cursor": ("primary", 0.22), "cursor-idle": ("foreground", 0.08)}
"""What lies under a whole line, and how strong."""
ANSI_FAINT = frozenset({"dim", "rule"})


def style_for(role: str, ground: str, colours: Mapping[str, str], background: Color) -> Style:
    """The style of `role` on `ground` (may be empty) with the theme's `colours` over `background`."""
    key = tuple(colours.get(name, "") for name in ("primary", "secondary", "accent", "success", "warning", "error"))
    strength = float(colours.get(f"{role}-strength", 0) or ROLES.get(role, ("", 1.0))[1])
    return _style(role, ground, (colours.get("foreground", "white"), *key), background, strength)


@lru_cache(1024)
def _style(role: str, ground: str, colours: tuple[str, ...], background: Color, strength: float) -> Style:
    names = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")
    found = {name: Color.parse(value) if value else background for name, value in zip(names, colours, strict=True)}
    if role in FOUND:
        here, ground_of = role == "found-here", None if found["primary"].ansi is not None else background.rich_color
        colour = found[FOUND[role]].rich_color
        return Style(color=colour, bgcolor=ground_of, bold=True, underline=not here or None, reverse=here or None)
    if found["primary"].ansi is not None:
        return _of_terminal(role, ground, found)
    if role in INVERSE:
        return Style(color=background.rich_color, bgcolor=found[INVERSE[role]].rich_color, bold=True)
    under = background
    if ground:
        name, cover = GROUNDS[ground]
        under = background.blend(found[name], cover)
    name, _usual, bold = ROLES[role]
    return Style(color=under.blend(found[name], strength).rich_color, bgcolor=under.rich_color, bold=bold or None)


def _of_terminal(role: str, ground: str, found: Mapping[str, Color]) -> Style:
    """With the terminal's own sixteen colours: no blending; a line with the cursor is reversed as a whole."""
    if role in INVERSE:
        return Style(color=found["error"].rich_color if role == "alarm" else None, bold=True, reverse=True)
    name, _strength, bold = ROLES[role]
    if ground == "cursor":
        return Style(bold=bold or None, reverse=True)
    if role in ANSI_FAINT:
        return Style(color="bright_black")
    return Style(color=found[name].rich_color, bold=bold or ground == "cursor-idle" or None)
