"""Owns the question whether a console is open on a home: each holds a shared lock for its life, and it dies with it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from console.home import Home

__all__ = ("looking", "somebody_looks")

_LOCK = "consoles.lock"


@contextmanager
def looking(home: Home) -> Iterator[None]:
    """A console is open on `home` until the block ends. The file stays: unlinking it would split the lock."""
    try:
        descriptor = os.open(home.state / _LOCK, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600)
    except OSError:  # a home that cannot be written can be looked at all the same
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def somebody_looks(home: Home) -> bool:
    """Whether any console is open on `home`, in this process too."""
    try:
        descriptor = os.open(home.state / _LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
