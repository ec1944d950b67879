"""Owns the note of what a fresh worktree was given beside its commits, so that nobody takes it for work later.

A file counts as given only as long as it is as it was then.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from console import safe_files
from console.git.repository import Repository, own_config

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


def note_furnished(tree: Repository, caches: Sequence[str] = ()) -> None:
    """Remember the files of the worktree that are in no commit, as they are now; not those of a cache."""
    with own_config(tree, tree=tree.top) as git:
        others = git.names("ls-files", "--others", "-z", *(f"--exclude={name}" for name in caches))
    names = [name for name in others if not name.endswith("/")]
    text = json.dumps({name: stamp(tree.top / name) for name in names})
    if len(text) <= _MOST:
        safe_files.write(tree.gitdir, _NOTE, text)


def furnished(tree: Repository) -> dict[str, list[int]]:
    """What is remembered; empty where nothing is, or where it cannot be read."""
    try:
        found = json.loads(safe_files.read_text(tree.gitdir, _NOTE, most=_MOST))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
