"""Owns the knowledge of Git LFS pointers: whether a file is just what the pointer that git keeps in its place stands for.

Runs no filter: it compares length and hash.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path

from console.git.repository import Git

__all__ = ("is_filled_in",)

_LARGEST = 1024
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)


def is_filled_in(git: Git, blob: str, file: Path) -> bool:
    """Whether `blob` is a pointer and `file` has what it points to."""
    status, size = git.told("cat-file", "-s", blob)
    if status or int(size) > _LARGEST:
        return False
    found = _POINTER.fullmatch(git.raw("cat-file", "blob", blob))
    return found is not None and _hash(file, int(found[2])) == found[1].decode()


def _hash(file: Path, size: int) -> str:
    """Empty where the file is no plain one of that size."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as content:
        found = os.fstat(content.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size != size:
            return ""
        return hashlib.file_digest(content, "sha256").hexdigest()
