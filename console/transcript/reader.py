"""Owns the reading of a transcript: its older parts, then the live one, also while it grows. It writes nothing.

An agent can write in the folder: links and pipes are passed over, lines that are no entries are counted and said, no part
is read beyond its size, and half a last line waits for its end.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from console.records.transcript import Entry, EntryKind
from console.safe_files import chunks, entries, look, of_session, opened
from console.transcript.line import entry_of
from console.transcript.parts import LIVE, PART, is_heading, kept, number_of, older

__all__ = ("Follow", "exists", "newest_first", "read")

MOST = 4 * PART
"""Bytes of one part that are read; the writer's own have less."""
LINE = 1_000_000
"""Bytes of a line that can be an entry."""


def exists(folder: Path) -> bool:
    """Whether the session in `folder` has a transcript. Raises OSError where nobody can say."""
    return look(*of_session(folder, LIVE)) is not None or bool(_older(folder))


def read(folder: Path) -> Iterator[Entry]:
    """All entries, the oldest first. Raises OSError where the folder cannot be read."""
    live = _Live(folder)
    now = live.more()
    before = 0
    for number in live.older():
        yield from _gap(before, number)
        yield from _whole(folder, number)
        before = number
    yield from _gap(before, live.number or before)
    yield from now
    yield from live.end()


def newest_first(folder: Path) -> Iterator[list[Entry]]:
    """The entries part by part, the newest part first; within a part the oldest is first. Raises OSError."""
    live = _Live(folder)
    yield live.more() + live.end()
    for number in reversed(live.older()):
        yield _whole(folder, number)


class Follow:
    """A transcript that is read on as it grows."""

    def __init__(self, folder: Path, last: int = 0) -> None:
        """From its `last` entries on; 0 for all."""
        self._folder, self._last = folder, last
        self._live: _Live | None = None
        self.left_out = 0
        """Entries of the parts that were read that are older than the `last` ones."""
        self.older_parts = 0
        """Parts before these, of which nothing was read."""

    def new(self) -> list[Entry]:
        """What was added since the last call. Raises OSError."""
        if self._live is None:
            return self._first()
        found = self._live.more()
        if self._live.is_over:
            before, self._live = self._live, _Live(self._folder)
            added = self._live.more()  # before the older parts are listed: it says which these are
            found += before.end()
            for number in self._live.older():
                if number > (before.number or 0):
                    found += _whole(self._folder, number)
            found += added
        return found

    def end(self) -> list[Entry]:
        """A last line without an end, once nothing more comes."""
        return [] if self._live is None else self._live.end()

    def _first(self) -> list[Entry]:
        self._live = live = _Live(self._folder)
        found = deque(live.more())
        parts = live.older()
        while parts and (not self._last or len(found) < self._last):
            found.extendleft(reversed(_whole(self._folder, parts.pop())))
        self.older_parts = len(parts)
        while self._last and len(found) > self._last:
            found.popleft()
            self.left_out += 1
        return [*found]


class _Live:
    """The part that grows, as it is read on; where another one began, the rest of this one is in its older part."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._at = 0
        self._lines = _Lines()
        self.number: int | None = None
        """None while there is no heading."""
        self.is_over = False
        """Another part has begun, and all of this one was read."""

    def more(self) -> list[Entry]:
        """What was added since the last call. Raises OSError, but where there is none yet."""
        try:
            with opened(*of_session(self._folder, LIVE)) as (descriptor, found):
                number = number_of(entry_of(os.pread(descriptor, 4_096, 0).partition(b"\n")[0]))
                if self.number is None:
                    self.number = number
                if number == self.number:
                    if found.st_size < self._at:
                        self._at = 0
                    os.lseek(descriptor, self._at, os.SEEK_SET)
                    return self._take(b"".join(chunks(descriptor, max(0, MOST - self._at))))
        except FileNotFoundError:
            return []
        self.is_over = True
        return self._take(_content(self._folder, self.number or 0)[self._at :])

    def older(self) -> list[int]:
        """The numbers of the parts before this one."""
        return [number for number in _older(self._folder) if self.number is None or number < self.number]

    def end(self) -> list[Entry]:
        """A last line without an end."""
        return self._lines.end()

    def _take(self, data: bytes) -> list[Entry]:
        self._at += len(data)
        return self._lines.feed(data)


class _Lines:
    """Bytes in, entries out."""

    def __init__(self) -> None:
        self._begun = b""

    def feed(self, data: bytes) -> list[Entry]:
        *lines, self._begun = (self._begun + data).split(b"\n")
        return [*self._entries(lines)]

    def end(self) -> list[Entry]:
        begun, self._begun = self._begun, b""
        return [*self._entries([begun])]

    def _entries(self, lines: list[bytes]) -> Iterator[Entry]:
        unreadable = 0
        for line in lines:
            if not line:
                continue
            entry = entry_of(line) if len(line) <= LINE and line[:1] == b"{" else None
            if entry is None:
                unreadable += bool(line.strip())
                continue
            if unreadable:
                yield _unreadable(unreadable)
                unreadable = 0
            if not is_heading(entry):
                yield entry
        if unreadable:
            yield _unreadable(unreadable)


def _unreadable(count: int) -> Entry:
    text = f"{count} lines of this transcript cannot be read"
    return Entry(kind=EntryKind.STATUS, text=text, fields={"unreadable": count})


def _gap(before: int, number: int) -> Iterator[Entry]:
    """The parts between two that are there, said where there are any."""
    if (gone := number - before - 1) > 0:
        text = f"{gone} parts of this transcript are not kept any more: it had more than there is room for"
        yield Entry(kind=EntryKind.STATUS, text=text, fields={"parts_gone": gone})


def _older(folder: Path) -> list[int]:
    return older(entries(*of_session(folder)))


def _whole(folder: Path, number: int) -> list[Entry]:
    lines = _Lines()
    return lines.feed(_content(folder, number)) + lines.end()


def _content(folder: Path, number: int) -> bytes:
    """What is in an older part, as far as it can be unpacked; nothing where something else stands there."""
    import zlib  # only a long session has older parts

    unpack, found = zlib.decompressobj(wbits=31), b""
    try:
        with opened(*of_session(folder, kept(number))) as (descriptor, _):
            for chunk in chunks(descriptor, MOST):
                found += unpack.decompress(chunk, MOST - len(found))
                if len(found) >= MOST or unpack.eof:
                    break
    except (OSError, zlib.error):
        return found
    return found
