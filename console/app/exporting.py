"""Owns pictures of what is on the screen: as SVG with its colours, and as the plain text of its lines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from console.days import shown
from console.errors import UsageError
from console.i18n import _
from console.user_paths import expanded

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("export", "text_of_screen")


def text_of_screen(app: Console) -> str:
    """Every line of the screen, without what is empty at its end."""
    lines = (strip.text.rstrip() for strip in app.screen._compositor.render_strips())
    return "\n".join(lines).rstrip() + "\n"


def export(app: Console, name: str) -> str | None:
    """Write NAME.svg and NAME.txt (here, and called by view and time, where none is given); gives why not, or None.

    Nothing that is there already is written over.
    """
    stem = name.removesuffix(".svg").removesuffix(".txt")
    if not stem:
        view = app.shown.VIEW if app.shown is not None and app.shown.VIEW else "page"
        stem = f"moziplus-{view}-{shown(app.clock.now()).replace(' ', '-').replace(':', '')}"
    try:
        path = Path.cwd() / expanded(stem)
    except (UsageError, OSError) as error:
        return str(error)
    for ending, text in (("svg", app.export_screenshot(title="moziplus", simplify=True)), ("txt", text_of_screen(app))):
        target = path.with_name(f"{path.name}.{ending}")
        try:
            descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        except OSError as error:
            return f"{target}: {error.strerror}"
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    app.notify(_("Written: {path}.svg and .txt").format(path=path), markup=False, timeout=6)
    return None
