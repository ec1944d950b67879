"""Owns the reading of an agent's pipe: what has come so far, to each who takes it. It never waits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial

__all__ = ("read_on",)

CHUNK = 65_536
AT_ONCE = 64
"""Chunks after which others have their turn."""


def read_on(descriptor: int, takers: Iterable[Callable[[bytes], None]], tried: Callable[..., object]) -> bool:
    """Read what is there, each chunk by `tried`, so that one who fails keeps it from no other; False at its end.

    Raises OSError where it cannot be read.
    """
    for _ in range(AT_ONCE):
        try:
            chunk = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return True
        if not chunk:
            return False
        for take in takers:
            tried(partial(take, chunk))
    return True
