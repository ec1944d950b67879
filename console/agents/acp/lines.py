"""Owns the parting of what an agent's program writes into lines, none of them longer than may be. Reads nothing itself."""

from __future__ import annotations

__all__ = ("LONGEST", "Lines")

LONGEST = 8_000_000
"""Bytes of one message. The largest that was seen, a list of all commands, had 570,000."""


class Lines:
    """Takes bytes as they come, gives whole lines; of one that is too long nothing is kept."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._open: list[bytes] = []
        self._size = 0
        self._skipping = False
        self.too_long = 0
        """Lines that were let go."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that end in this chunk, without empty ones."""
        *ends, rest = chunk.split(b"\n")
        found = []
        for end in ends:
            line = b"" if self._skipping or not self._take(end) else b"".join(self._open)
            self._open, self._size, self._skipping = [], 0, False
            if line.strip():
                found.append(line)
        if rest and not self._skipping:
            self._take(rest)
        return found

    def rest(self) -> bytes:
        """What was begun and has no end."""
        return b"".join(self._open)

    def _take(self, piece: bytes) -> bool:
        self._size += len(piece)
        if self._size <= self._longest:
            self._open.append(piece)
            return True
        self._open, self._skipping = [], True
        self.too_long += 1
        return False
