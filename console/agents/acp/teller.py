"""Owns what the driver says to its runner: entries of the transcript, one a line, few enough to be kept.

Pieces of one message are put together; beyond what can be kept, entries are counted and left out, in words.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace

from console.records.transcript import Entry, EntryKind
from console.transcript.line import line_of

__all__ = ("Teller",)

PIECE = 4_000
"""Characters of one message that are put together before they are said."""
HELD = 0.3
"""Seconds that they are held back at most."""
A_SECOND = 100
"""Entries a second, on average; a burst may have ten times as many."""
TEXT = 200_000
"""Characters of one entry."""
USAGE = 1.0
"""Seconds between two words on what was used."""
_SAID = (EntryKind.TEXT, EntryKind.THINKING)


class Teller:
    """Says them to a descriptor."""

    def __init__(self, descriptor: int = 1) -> None:
        self._descriptor = descriptor
        self._held: list[str] = []
        self._size = 0
        self._of: Entry | None = None
        self._since = 0.0
        self._room = 10.0 * A_SECOND
        self._looked = time.monotonic()
        self._left_out = 0
        self._last: Entry | None = None
        """The last text, where it was left out: at the end it is what the agent said."""
        self._usage: Entry | None = None
        self._usage_said = 0.0

    def say(self, entry: Entry) -> None:
        """One entry; it may be held back for a moment."""
        if entry.kind == EntryKind.USAGE:
            self._usage = entry
        elif entry.kind in _SAID:
            self._add(entry)
        else:
            self._flush()
            self._pass(entry)

    def stray(self, text: str) -> None:
        """What its program writes beside the protocol; never mistaken for an entry, by its mark in front."""
        self._flush()
        self._write(f"· {text}\n")

    def tick(self) -> None:
        """Say what was held back long enough."""
        now = time.monotonic()
        if self._of is not None and now - self._since >= HELD:
            self._flush()
        if self._usage is not None and now - self._usage_said >= USAGE:
            self._pass_usage(now)
        if self._left_out and self._has_room():
            self._tell_what_is_missing()

    def end(self, entry: Entry) -> None:
        """The last one, after all that was held back."""
        self._flush()
        if self._usage is not None:
            self._pass_usage(time.monotonic())
        if self._last is not None:
            self._left_out -= 1
            self._write(line_of(self._last) + "\n")
        if self._left_out:
            self._tell_what_is_missing()
        self._write(line_of(entry) + "\n")

    def _add(self, entry: Entry) -> None:
        if self._of is not None and (self._of.kind, self._of.id) != (entry.kind, entry.id):
            self._flush()
        if self._of is None:
            self._of, self._since = entry, time.monotonic()
        self._held.append(_cut(entry.text))
        self._size += len(self._held[-1])
        if self._size >= PIECE:
            self._flush()

    def _flush(self) -> None:
        if self._of is not None:
            whole = replace(self._of, text="".join(self._held))
            self._held, self._size, self._of = [], 0, None
            self._pass(whole)

    def _pass(self, entry: Entry) -> None:
        entry = replace(entry, text=_cut(entry.text))
        room = self._has_room()
        if entry.kind == EntryKind.TEXT:
            self._last = None if room else entry
        if not room:
            self._left_out += 1
            return
        self._room -= 1
        self._write(line_of(entry) + "\n")

    def _pass_usage(self, now: float) -> None:
        assert self._usage is not None
        told, self._usage, self._usage_said = self._usage, None, now
        self._write(line_of(told) + "\n")

    def _has_room(self) -> bool:
        now = time.monotonic()
        self._room = min(10.0 * A_SECOND, self._room + (now - self._looked) * A_SECOND)
        self._looked = now
        return self._room >= 1

    def _tell_what_is_missing(self) -> None:
        missing, self._left_out = self._left_out, 0
        self._write(
            line_of(Entry(kind=EntryKind.STATUS, text=f"{missing} entries were left out: too many at once")) + "\n"
        )

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(self._descriptor, data) :]


def _cut(text: str) -> str:
    return text if len(text) <= TEXT else f"{text[:TEXT]} … ({len(text) - TEXT} more characters)"
