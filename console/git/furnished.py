"""Owns the note of what a fresh worktree was given beside its commits, so that nobody takes it for work later.

A file counts as given only as long as it is as it was then.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from console.git.repository import Repository

__all__ = ("furnished", "note_furnished", "stamp")

_NOTE = "moziplus-given.json"
_MOST = 200_000
"""Bytes of the note that are read; a set-up that makes more files than this is better named in `worktree.caches`."""


def stamp(path: Path) -> list[int]:
    """Size and time of a file."""
    try:
        found = os.lstat(path)
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]


def note_furnished(tree: Repository, names: list[str]) -> None:
    """Remember files of the worktree as they are now."""
    text = json.dumps({name: stamp(tree.top / name) for name in names})
    if len(text) <= _MOST:
        draft = tree.gitdir / f"{_NOTE}.{os.getpid()}"
        draft.write_text(text, encoding="ascii")
        draft.replace(tree.gitdir / _NOTE)


def furnished(tree: Repository) -> dict[str, list[int]]:
    """What is remembered; empty where nothing is, or where it cannot be read."""
    try:
        descriptor = os.open(tree.gitdir / _NOTE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            found = json.loads(file.read(_MOST + 1))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
