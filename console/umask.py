"""Owns the umask of our processes: what they make is their owner's alone, whatever the shell that started them had.

Programs that work for somebody else (agents, notify.command, an editor) get the shell's own back.
"""

from __future__ import annotations

import os

__all__ = ("former", "keep_private")

_former = -1


def keep_private() -> None:
    """From now on this process makes files of 0600 and folders of 0700 at most. Once, at its very beginning."""
    global _former
    _former = os.umask(0o077)


def former() -> int:
    """The umask for a program that is not ours, as subprocess takes it; -1 leaves this process's own."""
    return _former
