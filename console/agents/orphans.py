"""Owns the runner's hold on processes that leave their parent: where the system allows it, they become the runner's own.

Linux gives orphans to the nearest ancestor that asked for them, so that a process which changed its group, forked twice
and emptied its environment is still below the runner. macOS has no such thing: there the noted tree and the marker stand in.
"""

from __future__ import annotations

import ctypes
import os
import sys

__all__ = ("adopt_orphans", "bury", "childless")

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> bool:
    """Become the parent of every orphan below; False where the system cannot."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)) == 0


def bury(agent: int) -> None:
    """Reap adopted children that have ended, but never the agent, whose exit status is waited for elsewhere."""
    if sys.platform == "darwin":
        return
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None or ended.si_pid == agent:
                return
            os.waitpid(ended.si_pid, os.WNOHANG)
        except ChildProcessError:
            return


def childless() -> bool:
    """Whether not a single child is left, after the agent itself was reaped; with adopted orphans: nothing at all."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        return True
    return False
