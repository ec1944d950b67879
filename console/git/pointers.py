"""Owns the knowledge of Git LFS pointers: whether a file is what the pointer that git keeps stands for, or still the pointer.

Runs no filter: it compares length and hash.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path

from console import safe_files
from console.git.repository import Git, names

__all__ = ("is_filled_in", "unfilled")

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


def unfilled(git: Git, top: Path) -> tuple[str, ...]:
    """The files of a checkout of which there is only the pointer."""
    if not git.names("ls-files", "-z", "--", ":(glob)**/.gitattributes"):
        return ()
    files = git.raw("ls-files", "-z")
    told = iter(names(git.raw("check-attr", "-z", "--stdin", "filter", given=files)))
    meant = [name for name, _, value in zip(told, told, told, strict=True) if value == "lfs"]
    return tuple(name for name in meant if _is_pointer(top, name))


def _is_pointer(top: Path, name: str) -> bool:
    try:
        return _POINTER.fullmatch(safe_files.read(top, name, most=_LARGEST)) is not None
    except OSError:
        return False


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
