"""Owns the operator's own editor, for which the screen steps aside: a longer text is written in it, or a file read."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

from console.app.editor_line import at_line
from console.environments import for_operator
from console.errors import MoziError
from console.sentences import spoken
from console.text import decoded, safe
from console.umask import former
from console.user_paths import editor_command

__all__ = ("rewritten", "show_in_editor", "write_in_editor")


def write_in_editor(app: App[int], text: str, environ: Mapping[str, str] = os.environ) -> str:
    """What the operator leaves in the file, which begins as `text`; empty where nothing.

    Agents and the scheduler go on meanwhile. Raises MoziError where the editor cannot be started, or ends with an error.
    """
    command = editor_command(environ)
    with tempfile.TemporaryDirectory(prefix="moziplus-") as folder:
        file = Path(folder) / "text.md"
        file.write_text(text, "utf-8")
        _run(app, [*command, str(file)])
        return safe(decoded(file.read_bytes())).strip()


def rewritten(app: App[int], text: str) -> str:
    """What is to be sent after the editor; empty where that fails, or was left without a change: who quits it sends nothing."""
    try:
        after = write_in_editor(app, text)
    except MoziError as error:
        app.notify(spoken(str(error)), severity="error", markup=False)
        return ""
    return "" if after == text.strip() else after


def show_in_editor(app: App[int], file: Path, line: int, environ: Mapping[str, str] = os.environ) -> None:
    """Open a file at a line, to be read. Raises MoziError as `write_in_editor` does."""
    _run(app, at_line(editor_command(environ), file, line))


def _run(app: App[int], arguments: list[str]) -> None:
    """Until it ends."""
    try:
        with app.suspend():
            done = subprocess.run(arguments, env=for_operator(os.environ), umask=former(), check=False)
    except SuspendNotSupported as error:
        raise MoziError("this terminal cannot make room for an editor") from error
    except OSError as error:
        raise MoziError(f"{arguments[0]} could not be started ({error.strerror}); set EDITOR") from error
    if done.returncode:
        raise MoziError(f"the editor ended with {done.returncode}; nothing was taken from it")
