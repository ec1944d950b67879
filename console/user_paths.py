"""Owns what a path or command that a person wrote stands for: `~`, and a command line with blanks and quotes.

Never runs a shell, and changes nothing that has no `~` in front.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from console.errors import UsageError

__all__ = ("editor_command", "expanded", "pager_command", "user_path")


def expanded(text: str) -> str:
    """`text` with the home of its user for a leading `~` or `~name`. Raises UsageError where there is no such user."""
    if not text.startswith("~"):
        return text
    found = os.path.expanduser(text)
    if found.startswith("~"):
        user = text.partition("/")[0]
        raise UsageError(f"{user} is no user's home on this machine: write the path in full, or ./{text} for that name")
    return found


def user_path(text: str | Path) -> Path:
    """The path that a person wrote. Raises UsageError as `expanded` does."""
    return Path(expanded(str(text)))


def editor_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The operator's editor as an argument list: the path of a program may hold blanks, with or without quotes.

    Raises UsageError for quotes that do not close, or where the program is not there.
    """
    return _chosen(environ, ("VISUAL", "EDITOR"), "vi")


def pager_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The program in which the operator reads what is long; as `editor_command`."""
    return _chosen(environ, ("PAGER",), "less")


def _chosen(environ: Mapping[str, str], names: tuple[str, ...], usual: str) -> list[str]:
    import shlex
    import shutil  # with it come three compressors, and every command has paths

    name = next((name for name in names if environ.get(name, "").strip()), "")
    command = environ[name].strip() if name else usual
    path = environ.get("PATH")
    whole = os.path.expanduser(command)
    if shutil.which(whole, path=path):
        return [whole]
    try:
        parts = shlex.split(command)
    except ValueError:
        parts = []
    if parts and shutil.which(first := os.path.expanduser(parts[0]), path=path):
        return [first, *parts[1:]]
    words = whole.split(" ")
    for n in range(len(words) - 1, 0, -1):  # /Applications/My Editor.app/…/edit --wait
        if os.sep in words[0] and shutil.which(program := " ".join(words[:n]), path=path):
            return [program, *words[n:]]
    if not parts:
        raise UsageError(f"{name} has quotes that do not close: {command[:80]}; mend it, or set {name}={usual}")
    said, wanted = f"{name}={command[:80]}" if name else usual, names[-1]
    raise UsageError(
        f"${wanted} cannot be started ({said}): {parts[0]} is not found; set {wanted} to one that is there"
    )
