"""Owns the named instants at which tests stop the world. In a normal run every call is one dictionary look-up."""

from __future__ import annotations

import os
import signal

__all__ = ("crash_point",)

VARIABLE = "MOZIPLUS_CRASH_AT"
"""`name` or `name:file`: with a file, only the process that creates it (exclusively) dies, so the crash happens once."""


def crash_point(name: str) -> None:
    """Kill this process with SIGKILL, as a power cut would, if a test asked for `name`."""
    wanted = os.environ.get(VARIABLE)
    if wanted is None:
        return
    point, _, once = wanted.partition(":")
    if point != name:
        return
    if once:
        try:
            os.close(os.open(once, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
