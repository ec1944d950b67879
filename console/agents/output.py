"""Owns what an agent says: its combined output on its way to output.log, redacted line by line, with its tail.

Never stops the agent: beyond the cap, or on a full disk, lines are counted and let go.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePath

from console.redact import Redactor
from console.safe_files import open_to_append
from console.text import decoded, one_line

__all__ = ("OutputLog",)

LINE = 16_384
"""Bytes of one line that are kept."""
MARGIN = 1_024
"""Bytes read beyond that before it is cut, so that a secret across the cut is seen whole; what is hidden makes a line
shorter, so as much is cut off its end again."""
CAP = 20_000_000
"""Bytes of one session's log."""
TAIL = 4_000
"""Characters kept for the next attempt."""
WORDS = 64_000
"""Characters of an agent's own last words that are kept."""


class OutputLog:
    """Takes bytes as they come; writes whole, redacted lines."""

    def __init__(self, top: Path, name: str | PurePath, *, cap: int = CAP, secrets: Iterable[str] = ()) -> None:
        """To `name` below `top`. `secrets` are hidden wherever they stand, beside what looks like one.

        Where the file cannot be had, lines are only counted, and the tail is kept.
        """
        self._place = (top, name)
        self._file = -1
        self._closed = False
        self._lost = 0
        """Bytes that found no room since the last that did."""
        self.again()
        self._redactor = Redactor(secrets)
        self._room = cap
        self._open = b""
        self._skipping = False
        """The rest of an over-long line is on its way and is let go."""
        self.total = 0
        """Bytes that the agent wrote."""
        self.tail = ""
        """The last characters, redacted."""
        self.last_line = ""
        """The last line with something in it, redacted and safe for a terminal."""

    def feed(self, chunk: bytes) -> None:
        """Take what was read. Progress that rewrites its line counts as lines of its own."""
        self.total += len(chunk)
        data = (self._open + chunk).replace(b"\r\n", b"\n")
        held = b"\r" if data.endswith(b"\r") else b""
        lines = data[: len(data) - len(held)].replace(b"\r", b"\n").split(b"\n")
        for line in lines[:-1]:
            self._end_of_line(line)
        self._open = lines[-1] + held
        if len(self._open) > LINE + MARGIN:
            if not self._skipping:  # a second piece might begin within a secret
                self._line(self._open)
            self._open, self._skipping = held, True

    def redacted(self, text: str, limit: int = WORDS) -> str:
        """A text of the agent's as it may be kept: its end, secrets hidden line by line."""
        return "\n".join(map(self._redactor.line, text.splitlines()))[-limit:]

    def shown(self, text: str) -> str:
        """The last line of a text of the agent's, as `last_line` would be."""
        lines = [line for line in text.splitlines() if line.strip()]
        return one_line(self._redactor.line(lines[-1]), 200) if lines else ""

    def again(self) -> None:
        """Try to have the file where that was not possible."""
        if self._file < 0 and not self._closed:
            with suppress(OSError):
                self._file = open_to_append(*self._place)

    def close(self) -> None:
        """Write what has no line end yet. Safe to call twice."""
        self._closed = True
        if self._open.strip():
            self._end_of_line(self._open.rstrip(b"\r"))
            self._open = b""
        if self._file >= 0:
            with suppress(OSError):
                os.close(self._file)
            self._file = -1

    def _end_of_line(self, line: bytes) -> None:
        if self._skipping:
            self._skipping = False
        else:
            self._line(line)

    def _line(self, line: bytes) -> None:
        text = self._redactor.line(decoded(line[: LINE + MARGIN]))
        if len(line) > LINE:
            text = text[: max(0, min(LINE, len(text) - MARGIN))] + " … (long line cut)"
        self.tail = (self.tail + text + "\n")[-TAIL:]
        if text.strip() and (said := one_line(text, 200)):
            self.last_line = said
        self._write(text + "\n")

    def _write(self, text: str) -> None:
        if self._room <= 0:
            return
        data = text.encode("utf-8", "replace")
        if self._lost:
            data = f"\n… ({self._lost} bytes are missing here: they could not be written)\n".encode() + data
        self._room -= len(data)
        if self._room <= 0:
            data += "… (the log of this session is full; its agent goes on)\n".encode()
        try:
            while data:
                data = data[os.write(self._file, data) :]
            self._lost = 0
        except OSError:  # disk full: the agent goes on, and what comes once there is room again is kept
            self._room += len(data)
            self._lost += len(text.encode("utf-8", "replace"))
