"""Owns a transcript as it is written: entries in, redacted lines in transcript.jsonl out, full parts compressed beside it.

Never stops who feeds it: what cannot be written is counted, and said once there is room again. It reads no agent's form.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from console.records.transcript import Entry, EntryKind
from console.redact import Redactor
from console.safe_files import Unsafe, drafted, entries, look, of_session, open_to_append, remove, write
from console.transcript.keeping import presentable
from console.transcript.line import entry_of, line_of
from console.transcript.parts import KEPT, LIVE, PART, heading, kept, number_of, older

__all__ = ("Transcript",)

PIECE = 4_000
"""Characters of a message without a line end that are held back: a secret may be in pieces."""
QUIET = 4
"""Flushes without a further piece after which what is held back is written all the same."""
BATCH = 262_144
"""Bytes of lines that wait for a flush."""
_HEAD = 4_096
_CHUNK = 262_144


class Transcript:
    """The transcript of one session. For one thread."""

    def __init__(self, folder: Path, now: Callable[[], int], *, part: int = PART, parts: int = KEPT) -> None:
        """In the session's `folder`; `now` gives epoch ms. Goes on with a transcript of ours that is there already."""
        self._folder, self._now, self._part, self._parts = folder, now, part, parts
        self._file, self._number, self._size = -1, 0, 0
        self._torn = False
        """The file ends within a line."""
        self._closed = False
        self._lines: list[bytes] = []
        self._waiting = 0
        """Bytes of `_lines`."""
        self._piece: Entry | None = None
        """The piece of a message that is held back; its text is all of it."""
        self._redactor = Redactor()
        self._quiet = 0
        self.missing = 0
        """Entries that found no room since the last that did."""
        self.again()

    def add(self, entry: Entry) -> None:
        """Take an entry; it is in the file after the next flush, a piece of a message once its line is whole."""
        if entry.id and entry.kind in (EntryKind.TEXT, EntryKind.THINKING):
            self._add_piece(entry)
        else:
            self._settle()
            self._put(entry)

    def flush(self) -> None:
        """Write what was taken. To be called after each batch, and a few times a second besides."""
        if self._piece is not None and self._piece.text:
            self._quiet += 1
            if self._quiet > QUIET:
                self._write_piece(len(self._piece.text))
        if self._lines:
            self._write_lines()

    def again(self) -> None:
        """Try to have the file where that was not possible, or where an agent removed or replaced it."""
        if self._closed or (self._file >= 0 and self._is_ours()):
            return
        self._let_go()
        with suppress(OSError):
            self._open()

    def close(self) -> None:
        """Write all that is held back. Safe to call twice."""
        if self._closed:
            return
        self._settle()
        self._write_lines()
        self._let_go()
        self._closed = True

    # --- pieces of messages

    def _add_piece(self, entry: Entry) -> None:
        held = self._piece
        if held is None or (held.kind, held.id) != (entry.kind, entry.id):
            self._settle()
            held, self._redactor = entry, Redactor()
            self._piece = held
        else:
            self._piece = held = replace(held, text=held.text + entry.text)
        self._quiet = 0
        whole = held.text.rfind("\n") + 1
        if not whole and len(held.text) > PIECE:
            whole = held.text.rfind(" ") + 1 or len(held.text)
        if whole:
            self._write_piece(whole)

    def _write_piece(self, length: int) -> None:
        held = self._piece
        assert held is not None
        self._put(replace(held, text=held.text[:length]), self._redactor)
        self._piece = replace(held, text=held.text[length:], at=0)

    def _settle(self) -> None:
        if self._piece is not None and self._piece.text:
            self._write_piece(len(self._piece.text))
        self._piece = None

    # --- lines

    def _put(self, entry: Entry, redactor: Redactor | None = None) -> None:
        line = line_of(presentable(entry, redactor, entry.at or self._now())).encode("utf-8", "replace") + b"\n"
        self._lines.append(line)
        self._waiting += len(line)
        if self._waiting > BATCH:
            self._write_lines()

    def _write_lines(self) -> None:
        lines, self._lines, self._waiting = self._lines, [], 0
        if not lines and not self.missing:
            return
        if self._file < 0:
            self.missing += len(lines)
            return
        if self._size > self._part:
            with suppress(OSError):
                self._next_part()
        if self._size > 2 * self._part:  # it cannot be put away
            self.missing += len(lines)
            return
        data, told = b"".join(lines), self.missing
        if self.missing:
            data = self._told_missing() + data
        if self._torn:
            data = b"\n" + data
        self.missing = 0
        if not self._write(data):
            self.missing = told + len(lines)

    def _told_missing(self) -> bytes:
        text = f"{self.missing} entries are missing here: they could not be written"
        entry = Entry(kind=EntryKind.STATUS, text=text, at=self._now(), fields={"missing": self.missing})
        return line_of(entry).encode() + b"\n"

    def _write(self, data: bytes) -> bool:
        rest = data
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError:  # disk full: the agent goes on
            pass
        written = len(data) - len(rest)
        self._size += written
        if written:
            self._torn = not data[:written].endswith(b"\n")
        return not rest

    # --- files

    def _is_ours(self) -> bool:
        try:
            found = look(*of_session(self._folder, LIVE))
        except OSError:
            return False
        return found is not None and os.path.samestat(found, os.fstat(self._file))

    def _let_go(self) -> None:
        if self._file >= 0:
            with suppress(OSError):
                os.close(self._file)
        self._file = -1

    def _open(self) -> None:
        """Have the live part, with its heading. Raises OSError."""
        with suppress(Unsafe):  # what an agent put in its place gives way
            if self._goes_on():
                return
        self._let_go()
        known = older(entries(*of_session(self._folder)))
        self._begin((known[-1] if known else self._number) + 1)

    def _goes_on(self) -> bool:
        """Whether a live part of ours was there, which we have now. Raises OSError."""
        place = of_session(self._folder, LIVE)
        if look(*place) is None:
            return False
        self._file = open_to_append(*place, flags=os.O_RDWR | os.O_APPEND)
        number = number_of(entry_of(os.pread(self._file, _HEAD, 0).partition(b"\n")[0]))
        if number is None:
            return False
        self._number, self._size = number, os.fstat(self._file).st_size
        self._torn = os.pread(self._file, 1, self._size - 1) != b"\n"
        return True

    def _begin(self, number: int) -> None:
        """A new, empty live part in the place of what stands there. Raises OSError."""
        line = line_of(heading(number, self._now())).encode() + b"\n"
        write(*of_session(self._folder, LIVE), line, durable=False, clear=True)
        self._let_go()
        self._file = open_to_append(*of_session(self._folder, LIVE), flags=os.O_RDWR | os.O_APPEND)
        self._number, self._size, self._torn = number, len(line), False

    def _next_part(self) -> None:
        """Compress the live part beside it, then begin the next one. Raises OSError; then all is as it was."""
        import zlib  # only a long session needs it

        packed = zlib.compressobj(level=1, wbits=31)
        with drafted(*of_session(self._folder, kept(self._number)), durable=False, clear=True) as draft:
            at = 0
            while at < 4 * self._part and (chunk := os.pread(self._file, _CHUNK, at)):
                draft.write(packed.compress(chunk))
                at += len(chunk)
            draft.write(packed.flush())
        self._begin(self._number + 1)
        with suppress(OSError):
            if (gone := self._number - self._parts + 1) > 1:
                remove(*of_session(self._folder, kept(gone)))
