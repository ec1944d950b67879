"""Owns what a session's page has read: its transcript, or its output where there is none. For one thread; draws nothing."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from console.app.errands import TAIL, tail
from console.records.transcript import Entry
from console.safe_files import chunks, of_session, opened
from console.transcript.reader import Follow, exists, read
from console.transcript.shown import joined
from widgets.prose import output_paragraphs
from widgets.text_pane import Paragraph
from widgets.transcript import transcript_paragraphs

__all__ = ("MOST", "Said", "SessionText", "whole_text")

MOST = 2_000
"""Entries that are shown; all of them are read in a pager, or on the command line."""
_AT_ONCE = 1_000
"""Entries of which the lines are made at once."""
_MOST_OUTPUT = 1 << 30
"""Bytes of an output that are handed to a pager."""


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
            self._said = Said(version=self._said.version + 1, output=text, earlier=self._stamp[0] > TAIL)
        return self._said if self._said.version != known else None

    def _read(self, follow: Follow, new: list[Entry]) -> None:
        earlier = self._said.earlier or bool(follow.left_out or follow.older_parts)
        earlier = earlier or len(self._kept) + len(new) > MOST
        self._kept.extend(new)
        self._said = Said(version=self._said.version + 1, entries=tuple(joined(self._kept)), earlier=earlier)


def whole_text(folder: Path) -> Iterator[str]:
    """All lines of what a session said, from its first one that was kept; its output where it has no transcript.

    Raises OSError.
    """
    if exists(folder):
        entries = joined(read(folder))
        while some := [*islice(entries, _AT_ONCE)]:
            yield from _lines(transcript_paragraphs(some))
        return
    with opened(*of_session(folder, "output.log")) as (descriptor, _found):
        decoder = getincrementaldecoder("utf-8")("replace")
        begun = ""
        for chunk in chunks(descriptor, _MOST_OUTPUT):
            *whole, begun = (begun + decoder.decode(chunk)).split("\n")
            yield from _lines(output_paragraphs("\n".join(whole)))
        yield from _lines(output_paragraphs(begun))


def _lines(paragraphs: Iterable[Paragraph]) -> Iterator[str]:
    return ("".join(text for text, _role in spans) for _indent, spans in paragraphs)
