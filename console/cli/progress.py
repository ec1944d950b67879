"""Owns how far a long command is: a line on a terminal's stderr that is written over, and gone at the end; a pipe gets none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from console.cli.in_words import in_words
from console.text import cells

__all__ = ("Progress",)

PATIENCE, EVERY = 1.0, 0.2
"""Seconds before anything is said, and between two lines."""


class Progress:
    """Use it in a `with`; ctrl-c ends the command as ever, and the line goes first."""

    def __init__(self, what: str, monotonic: Callable[[], float], stream: TextIO | None = None) -> None:
        self._what, self._monotonic, self._stream = what, monotonic, stream or sys.stderr
        self._begun = self._told = monotonic()
        self._cells = 0

    def __call__(self, done: int, of: int) -> None:
        """So many of so many are done."""
        now = self._monotonic()
        if now - self._begun >= PATIENCE and now - self._told >= EVERY and self._stream.isatty():
            self._told = now
            self._write(f"{done}/{of} {in_words(self._what)}, {in_words('press ctrl-c to stop')}")

    def __enter__(self) -> Progress:
        """Begin to count the time."""
        return self

    def __exit__(self, *failure: object) -> None:
        """Leave the line as it was."""
        if self._cells:
            self._write("")

    def _write(self, text: str) -> None:
        gap = " " * max(self._cells - cells(text), 0)
        self._cells = cells(text)
        with suppress(OSError, ValueError):  # nobody looks any more
            self._stream.write(f"\r{text}{gap}" + ("" if text else "\r"))
            self._stream.flush()
