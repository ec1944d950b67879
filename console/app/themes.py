"""Owns the colours: themes of ours, a person's own from files, and the terminal's own sixteen. Nothing else names a colour."""

from __future__ import annotations

from collections.abc import Iterable

from textual.theme import Theme

__all__ = ("ANSI", "THEMES", "known_theme", "next_theme", "short_name")

OURS = "moziplus-"
"""Before the names of ours, which people write without it."""
COLOURS = ("primary", "secondary", "accent", "success", "warning", "error", "foreground", "background", "surface")
"""What a theme of one's own may set, besides `panel`."""


def _theme(name: str, *colours: str, dark: bool, faint: str = "", line: str = "") -> Theme:
    """`faint` and `line` are how strong dim text and rules are over the background, where that is not as ever."""
    strong = {key: value for key, value in (("dim-strength", faint), ("rule-strength", line)) if value}
    names = (*COLOURS, "panel")
    return Theme(name=OURS + name, dark=dark, variables=strong, **dict(zip(names, colours, strict=True)))  # type: ignore[arg-type]


DARK = _theme(
    "dark",
    *("#e0af68", "#bb9af7", "#7dcfff", "#9ece6a", "#ff9e64", "#f7768e"),
    *("#c8ccd4", "#14161b", "#1b1e25", "#232730"),
    dark=True,
)
LIGHT = _theme(
    "light",
    *("#9a5b00", "#7a3e9d", "#0b6e99", "#3d7317", "#b3541e", "#b3263a"),
    *("#2b2f36", "#fbfaf7", "#f1efe9", "#e7e4dc"),
    dark=False,
)
CONTRAST = _theme(
    "contrast",
    *("#ffd84d", "#e3b8ff", "#8fe9ff", "#8dff8d", "#ffbe78", "#ff9090"),
    *("#ffffff", "#000000", "#101010", "#202020"),
    dark=True,
    faint="0.8",
    line="0.5",
)
CONTRAST_LIGHT = _theme(
    "contrast-light",
    *("#5e3600", "#55197a", "#00405f", "#1c4700", "#702a00", "#850016"),
    *("#000000", "#ffffff", "#f2f2f2", "#e4e4e4"),
    dark=False,
    faint="0.8",
    line="0.5",
)
BLUE_ORANGE = _theme(
    "blue-orange",
    *("#f7f0a8", "#d9a6ff", "#9bd4ff", "#4da3ff", "#ffd23f", "#f2601d"),
    *("#d0d4dc", "#14161b", "#1b1e25", "#232730"),
    dark=True,
)
"""For who does not tell red from green: good is blue, bad is orange."""
RED_CYAN = _theme(
    "red-cyan",
    *("#ffd1d9", "#c3a6e8", "#a8e6ec", "#35c9d6", "#f0a0b4", "#ff4d5a"),
    *("#d0d4dc", "#14161b", "#1b1e25", "#232730"),
    dark=True,
)
"""For who does not tell blue from yellow: good is cyan, bad is red."""
THEMES = (DARK, LIGHT, CONTRAST, CONTRAST_LIGHT, BLUE_ORANGE, RED_CYAN)
ANSI = "ansi-dark"
NAMES = (*(theme.name for theme in THEMES), ANSI, "ansi-light")


def known_theme(wanted: str, own: Iterable[Theme] = ()) -> str | None:
    """The name of the theme that a word asks for: one of ours without `moziplus-`, `ansi`, one's own; None for no theme."""
    names = (*NAMES, *(theme.name for theme in own))
    short = {"ansi": ANSI, "": DARK.name}
    return next((name for name in (short.get(wanted, wanted), OURS + wanted) if name in names), None)


def short_name(name: str) -> str:
    """A theme's name as people write it."""
    return name.removeprefix(OURS)


def next_theme(current: str, own: Iterable[Theme] = ()) -> str:
    """The one after `current`, round and round."""
    names = (*NAMES, *(theme.name for theme in own))
    return names[(names.index(current) + 1) % len(names)] if current in names else names[0]
