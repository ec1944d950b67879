"""Owns what a session's page has read: its transcript, or its output where there is none. For one thread; draws nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from console.app.errands import tail
from console.records.transcript import Entry
from console.transcript.reader import Follow, exists
from console.transcript.shown import joined

__all__ = ("MOST", "Said", "SessionText")

MOST = 2_000
"""Entries that are shown; who wants to see more asks the command line."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a session has said so far."""

    version: int = 0
    """Another one where it says more."""
    entries: tuple[Entry, ...] = ()
    output: str = ""
    """Its output, where it has no transcript."""
    earlier: bool = False
    """There is more before it."""


class SessionText:
    """Reads on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._follow: Follow | None = None
        self._kept: deque[Entry] = deque(maxlen=MOST)
        self._stamp = (-1, -1)
        self._said = Said()

    def more(self, known: int) -> Said | None:
        """All that is shown, None where that is the `known` version. Raises OSError."""
        if self._follow is None and exists(self._folder):
            self._follow = Follow(self._folder, MOST)
            self._read(self._follow, self._follow.new())
        elif self._follow is not None and (new := self._follow.new()):
            self._read(self._follow, new)
        elif self._follow is None and (found := tail(self._folder / "output.log", self._stamp)) is not None:
            self._stamp, text = found
            self._said = Said(version=self._said.version + 1, output=text)
        return self._said if self._said.version != known else None

    def _read(self, follow: Follow, new: list[Entry]) -> None:
        earlier = self._said.earlier or bool(follow.left_out or follow.older_parts)
        earlier = earlier or len(self._kept) + len(new) > MOST
        self._kept.extend(new)
        self._said = Said(version=self._said.version + 1, entries=tuple(joined(self._kept)), earlier=earlier)
