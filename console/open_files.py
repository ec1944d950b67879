"""Owns how many files this program may have open: it asks for enough at its start, and says how many databases that allows.

It opens none. launchd and a Mac's shells start programs with 256, which 60 blackboards use up.
"""

from __future__ import annotations

import resource
from contextlib import suppress

__all__ = ("WANTED", "most_databases", "raise_limit")

WANTED = 10_240
"""A Mac refuses more than this (OPEN_MAX), whatever the hard limit says."""
_OTHERS = 96
"""Files that are none of a blackboard: pipes, locks, logs, the home's own database."""
_EACH = 4
"""A blackboard has its file, its log, its index and its gate."""


def raise_limit() -> int:
    """Let this program open as many files as it may, at most `WANTED`; gives how many that are now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    for wanted in (most, most // 2, most // 4):  # a kernel may refuse what its hard limit promises
        if soft != resource.RLIM_INFINITY and wanted > soft:
            with suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
                break
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def most_databases(share: float) -> int:
    """How many databases may be open at once for whoever may have that share of them; at least 4."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = WANTED if soft == resource.RLIM_INFINITY else max(0, soft - _OTHERS)
    return max(4, int(room * share) // _EACH)
