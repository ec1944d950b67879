"""Asks whether a process still lives: one that has ended may stay as a zombie, for as long as its parent does not ask.

A scheduler that ran inside the tests' own process lets that process adopt orphans; of those nobody asks for the end.
"""

from __future__ import annotations

import psutil

__all__ = ("lives",)


def lives(process: psutil.Process) -> bool:
    """Whether exactly this process still runs; one that only waits to be reaped has ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
