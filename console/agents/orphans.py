"""Owns the hold on processes that leave their parent: where the system allows it, they become the runner's own.

Linux gives orphans to the nearest ancestor that asked for them, so that a process which changed its group, forked twice
and emptied its environment is still below the runner, and below the scheduler once that runner was killed. macOS has no
such thing: there the noted tree and the marker stand in. It never reaps a child whose end somebody else waits for.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Container
from contextlib import suppress

import psutil

from console.agents.mark import bearers

__all__ = ("Undertaker", "adopt_orphans", "bury", "bury_bearers", "childless")

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> bool:
    """Become the parent of every orphan below; False where the system cannot."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        return int(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)) == 0
    else:
        return False


def bury(agent: int) -> None:
    """Reap adopted children that have ended, but never the agent, whose exit status is waited for elsewhere."""
    if sys.platform != "darwin":
        with suppress(ChildProcessError):
            while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and ended.si_pid != agent:
                os.waitpid(ended.si_pid, os.WNOHANG)


def childless() -> bool:
    """Whether not a single child is left, after the agent itself was reaped; with adopted orphans: nothing at all."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        return True
    return False


def bury_bearers(session: str, ours: Container[int]) -> None:
    """Reap the children of this process that belong to a session, but for `ours`, whose end is waited for elsewhere."""
    for pid in bearers(session, ended=True):
        if pid not in ours:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


class Undertaker:
    """Reaps orphans that a scheduler adopted: children of its own that nobody asks for long after they have ended.

    Whoever starts a child asks for its end at once, or is named; adopted ones are asked for by nobody.
    """

    EVERY = 60.0
    """Seconds between two looks; what has ended is reaped at the second one."""

    def __init__(self) -> None:
        self._ended: set[int] = set()
        self._looked = 0.0

    def look(self, now: float, ours: Container[int]) -> None:
        """`now` in monotonic seconds; `ours` are the pids whose end is waited for elsewhere."""
        if now - self._looked < self.EVERY:
            return
        self._looked = now
        ended = {pid for pid in _zombies() if pid not in ours}
        for pid in ended & self._ended:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        self._ended = ended - self._ended


def _zombies() -> set[int]:
    found = set()
    with suppress(psutil.Error, OSError):
        for child in psutil.Process().children():
            with suppress(psutil.Error):
                if child.status() == psutil.STATUS_ZOMBIE:
                    found.add(child.pid)
    return found
