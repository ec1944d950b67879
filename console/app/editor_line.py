"""Owns how an editor is told at which line it is to open a file: each kind of editor wants to hear it otherwise.

One that is not known gets the file alone: it opens at its beginning, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

__all__ = ("at_line",)

_PLUS = frozenset(
    ("vi", "vim", "nvim", "vim.basic", "vim.tiny", "gvim", "mvim", "view", "nano", "pico", "emacs", "emacsclient", "kak",
     "micro", "joe", "jed", "mg", "ne", "mcedit")
)  # fmt: skip
"""`+12 file`."""
_GOTO = frozenset({"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"})
"""`-g file:12`."""
_COLON = frozenset({"hx", "helix", "subl", "sublime_text", "zed", "zeditor"})
"""`file:12`."""


def at_line(command: Sequence[str], file: Path, line: int) -> list[str]:
    """The editor's command with the file, at a line where it has one (0: at its beginning)."""
    name = PurePath(command[0]).name.casefold().removesuffix(".exe")
    if line > 0 and name in _PLUS:
        return [*command, f"+{line}", str(file)]
    if line > 0 and name in _GOTO:
        return [*command, "-g", f"{file}:{line}"]
    if line > 0 and name in _COLON:
        return [*command, f"{file}:{line}"]
    return [*command, str(file)]
