"""Owns the lines that were written into the command line, the newest first. It does nothing with them."""

from __future__ import annotations

__all__ = ("History",)

MOST = 50


class History:
    """Each line once."""

    def __init__(self, lines: tuple[str, ...] = ()) -> None:
        self._lines = list(lines[:MOST])

    @property
    def newest_first(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self._lines)

    def remember(self, line: str) -> None:
        """It was done."""
        line = line.strip()
        self._lines = [line, *(each for each in self._lines if each != line)][:MOST]
