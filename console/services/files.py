"""Owns the writing and removing of a service file. It never overwrites or removes what a person wrote, unless told to.

Starts and stops nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from console.errors import Conflict, NotFound, UsageError
from console.home import write_atomically
from console.services.stamp import read_stamp

__all__ = ("Found", "check", "install", "look", "uninstall")


class Found(NamedTuple):
    """How the file stands."""

    there: bool
    ours: bool = False
    """moziplus wrote it, whoever edited it since."""
    edited: bool = False
    home: str | None = None
    """Which home it serves."""
    text: str = ""


def look(file: Path) -> Found:
    """Read it. Raises UsageError where it cannot be read."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Found(there=False)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not text'}") from error
    stamp = read_stamp(text)
    if stamp is None:
        return Found(there=True, text=text)
    return Found(there=True, ours=True, edited=stamp.edited, home=stamp.home, text=text)


def install(file: Path, text: str, home: Path, *, force: bool) -> str:
    """Write `file` (0600); gives `installed`, `updated` or `unchanged`. With `force` an edited one is kept as `*.old`.

    Raises Conflict for a file that a person wrote or edited, or that serves another home.
    """
    found = look(file)
    if found.text == text:
        return "unchanged"
    if not force:
        _refuse(file, found, home, "replaced")
    file.parent.mkdir(parents=True, exist_ok=True)
    if found.there and (found.edited or not found.ours):
        os.replace(file, _old(file))
    write_atomically(file, text)
    return "updated" if found.there else "installed"


def check(file: Path, home: Path, *, force: bool) -> Found:
    """How `file` stands, where it may be removed. Raises NotFound where there is none, Conflict as `install` does."""
    found = look(file)
    if not found.there:
        raise NotFound(f"{file} does not exist: nothing is installed")
    if not force:
        _refuse(file, found, home, "removed")
    return found


def uninstall(file: Path, home: Path, *, force: bool) -> None:
    """Remove `file`, an edited one by another name. Raises as `check` does."""
    found = check(file, home, force=force)
    if found.edited or not found.ours:
        os.replace(file, _old(file))
    else:
        file.unlink()


def _refuse(file: Path, found: Found, home: Path, how: str) -> None:
    if found.home is not None and found.home != str(home):
        raise Conflict(f"{file} serves another home, {found.home}; give this home's service a --name of its own")
    if found.there and not found.ours:
        raise Conflict(f"{file} was not written by moziplus and is not {how}; --force keeps it as {_old(file).name}")
    if found.edited:
        raise Conflict(f"{file} was edited by hand and is not {how}; --force keeps the edited one as {_old(file).name}")


def _old(file: Path) -> Path:
    return file.with_name(f"{file.name}.old")
