"""Owns the writing of a session's last note, exit.json, by its runner: tried until it fits, the lock held meanwhile.

Only a stop ends the waiting, or a folder that can never come back: then the lock is let go without the note, because nothing
of the session is left, and whoever finds no note sweeps once more and knows by itself why it stopped.
"""

from __future__ import annotations

from collections.abc import Callable

from console.agents.folder import SessionFolder
from console.agents.wake import Signals
from console.clock import Clock
from console.records.ending import Ending

__all__ = ("leave",)

STOPPED = 1.0
"""Seconds that are tried for where somebody waits for the lock, because the session was stopped."""
LOST = 10
"""Attempts in a row that must find the folder deleted, lock and all; what is only away for a moment keeps its lock."""
_SOON, _LATER = 0.05, 5.0
"""Seconds between two attempts, at first and at last."""


def leave(
    folder: SessionFolder,
    ending: Ending,
    *,
    swept: bool,
    clock: Clock,
    signals: Signals,
    keep: Callable[[], object],
    lost: Callable[[], bool],
    complain: Callable[[str], None],
) -> bool:
    """Write it; False where that was given up. `keep` is called while it waits; `lost` says whether the lock is deleted."""
    until = clock.monotonic() + STOPPED if signals.term else None
    signals.term = False
    pause, gone = _SOON, 0
    while gone < LOST:
        try:
            folder.write_ending(ending, swept=swept)
            return True
        except Exception as error:  # full, read-only, away, in the way: whatever it is may pass
            complain(f"{folder.exit.name} cannot be written yet: {error}")
            gone = gone + 1 if isinstance(error, FileNotFoundError | NotADirectoryError) and lost() else 0
        if signals.term or (until is not None and clock.monotonic() > until):
            return False
        signals.pause(pause)
        pause = min(2 * pause, _LATER)
        keep()
    return False
