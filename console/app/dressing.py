"""Owns how a console puts on what its person wants: the themes, whether things slide, and what of the wishes was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual import constants
from textual.theme import Theme

from console.app.preferences import Preferences, theme_folder
from console.app.themes import DARK, THEMES, known_theme
from console.i18n import _
from console.sentences import spoken

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("dress", "no_theme", "say", "say_problems", "slide", "themes_in")

MOST = 3
"""Problems that are said one by one; `moziplus doctor` has them all."""


def dress(app: Console, environ: Mapping[str, str]) -> tuple[Theme, ...]:
    """Register every theme, take the wanted one, or ours where there is none of that name; gives the person's own."""
    own, problems = themes_in(theme_folder(environ))
    for known in (*THEMES, *own):
        app.register_theme(known)
    problems += tuple(filter(None, (no_theme(app.wanted, own),)))
    app.theme = known_theme(app.wanted.theme, own) or DARK.name
    slide(app)
    app.wanted = replace(app.wanted, problems=(*app.wanted.problems, *problems))
    return own


def no_theme(wanted: Preferences, own: Sequence[Theme]) -> str:
    """What is wrong with the theme that is wanted, with its place; empty where there is one of that name."""
    if known_theme(wanted.theme, own) is not None:
        return ""
    names = ", ".join(theme.name.removeprefix("moziplus-") for theme in (*THEMES, *own))
    place = f"{wanted.theme_at}: " if wanted.theme_at else ""
    return f"{place}theme: expected one of {names}, ansi, ansi-light, found `{wanted.theme}`"


def themes_in(folder: Path) -> tuple[tuple[Theme, ...], tuple[str, ...]]:
    """A person's own themes, and what is wrong with some; without the folder nothing is loaded."""
    if not folder.is_dir():
        return (), ()
    from console.app.theme_file import own_themes

    try:
        return own_themes(folder)
    except OSError as error:
        return (), (f"{folder}: {error.strerror}",)


def say_problems(app: Console) -> None:
    """Tell what of the wishes does not hold."""
    say(app, app.wanted.problems)


def say(app: Console, problems: Sequence[str], then: str = "") -> None:
    """Tell what is wrong, each in a note of its own while they are few, and behind it what comes of it."""
    notes = [spoken(problem) for problem in problems[:MOST]]
    if len(problems) > MOST:
        notes.append(_("{n} more; `moziplus doctor` has them all").format(n=len(problems) - MOST))
    for note in filter(None, (*notes, then)):
        app.notify(note, title=_("Console settings"), severity="warning", markup=False, timeout=15)


def slide(app: Console) -> None:
    """Let things slide, or not, as is wanted."""
    app.animation_level = constants.TEXTUAL_ANIMATIONS if app.wanted.motion else "none"
