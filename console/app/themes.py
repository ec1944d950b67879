"""Owns the colours: two themes of ours, dark and light, beside the terminal's own sixteen. Nothing else names a colour."""

from __future__ import annotations

from textual.theme import Theme

__all__ = ("ANSI", "THEMES", "first_theme", "next_theme")

DARK = Theme(
    name="moziplus-dark",
    primary="#e0af68",
    secondary="#bb9af7",
    accent="#7dcfff",
    success="#9ece6a",
    warning="#ff9e64",
    error="#f7768e",
    foreground="#c8ccd4",
    background="#14161b",
    surface="#1b1e25",
    panel="#232730",
    dark=True,
)
LIGHT = Theme(
    name="moziplus-light",
    primary="#9a5b00",
    secondary="#7a3e9d",
    accent="#0b6e99",
    success="#3d7317",
    warning="#b3541e",
    error="#b3263a",
    foreground="#2b2f36",
    background="#fbfaf7",
    surface="#f1efe9",
    panel="#e7e4dc",
    dark=False,
)
THEMES = (DARK, LIGHT)
ANSI = "ansi-dark"
NAMES = (DARK.name, LIGHT.name, ANSI, "ansi-light")


def first_theme(wanted: str) -> str:
    """The theme that a word asks for: dark, light, ansi, or a theme's own name."""
    short = {"dark": DARK.name, "light": LIGHT.name, "ansi": ANSI, "": DARK.name}
    return short.get(wanted, wanted if wanted in NAMES else DARK.name)


def next_theme(current: str) -> str:
    """The one after `current`, round and round."""
    return NAMES[(NAMES.index(current) + 1) % len(NAMES)] if current in NAMES else NAMES[0]
