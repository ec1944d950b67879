"""Owns the reading of one open file of the inbox: whole lines into the database, piece by piece, and its last line.

Which files there are, and what they are called, is not known here.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace

from console.blackboard.connection import Database
from console.blackboard.writes.inbox import Taken, take_lines
from console.inbox.files import head_of
from console.inbox.lines import cut_lines
from console.inbox.parse import LINE_MAX, Reject, parse
from console.records.inbox import MessageStatus, Segment, SegmentState

__all__ = ("Look", "Reader")

PIECE = LINE_MAX + 65_536
"""Bytes that are read and committed at once; more than the longest line."""
PATIENCE_MS = 2_000
"""A last line without its end that is a whole message is taken after so long."""


@dataclass(slots=True)
class Look:
    """What one look at the inbox found."""

    taken: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    """Writer → lines that went into quarantine."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Writer → the reason of the first of these."""
    unread: int = 0
    """Bytes that are left, partial lines included."""
    more: bool = False
    """There are whole lines left."""
    waits: bool = False
    """A last line without its end waits to be taken."""
    refused: list[str] = field(default_factory=list)
    """Files that are not read, and why."""
    mishaps: list[str] = field(default_factory=list)
    """What another program did to the files."""


@dataclass(slots=True)
class Reader:
    """Reads files for one look."""

    db: Database
    look: Look
    budget: int
    """Bytes that may still be read in this look."""
    quiet_ms: int
    """A renamed file that has not grown for so long has no writer left."""
    now: int
    partial: dict[int, tuple[int, int]]
    """Segment → its size, and since when it has a last line without its end; kept from look to look."""

    def read(self, descriptor: int, size: int, segment: Segment) -> Segment:
        """Take what is whole in the file, as far as the budget goes; the segment as it is then."""
        stuck, chunk = False, b""
        while segment.offset < size and self.budget > 0 and not stuck:
            chunk = os.pread(descriptor, PIECE, segment.offset)
            self.budget -= len(chunk)
            after = self._take(descriptor, segment, chunk, whole=self._has_no_end(segment, chunk, size))
            stuck = after.offset == segment.offset
            segment = after
        if stuck:
            if self.partial.get(segment.id, (0, 0))[0] != size:
                self.partial[segment.id] = (size, self.now)
        else:
            self.partial.pop(segment.id, None)
        left = size - segment.offset
        self.look.unread += left
        self.look.waits |= stuck and _is_whole(chunk)
        self.look.more |= left > 0 and not stuck
        return segment

    def _take(self, descriptor: int, segment: Segment, chunk: bytes, *, whole: bool) -> Segment:
        cut = cut_lines(chunk, segment, now=self.now, whole=whole)
        if not cut.used:
            return segment
        offset = segment.offset + cut.used
        head = head_of(descriptor, offset)
        take_lines(self.db, segment, cut.lines, offset=offset, head=head, skipping=cut.skipping, now=self.now)
        self._count(cut.lines)
        return replace(segment, offset=offset, head=head, skipping=cut.skipping, last_growth=self.now)

    def _has_no_end(self, segment: Segment, chunk: bytes, size: int) -> bool:
        """Whether the last line is to be taken although its end is missing: it is a whole message, or nobody writes on."""
        known_size, since = self.partial.get(segment.id, (0, 0))
        if known_size != size or segment.offset + len(chunk) < size:
            return False
        rested = self.now - since
        if segment.state != SegmentState.LIVE and not 0 <= rested < self.quiet_ms:
            return True
        return not 0 <= rested < PATIENCE_MS and _is_whole(chunk)

    def _count(self, lines: list[Taken]) -> None:
        self.look.taken += len(lines)
        for line in lines:
            if line.status == MessageStatus.BAD:
                self.look.bad[line.writer] += 1
                self.look.reasons.setdefault(line.writer, line.reason or "")


def _is_whole(line: bytes) -> bool:
    """A last line without its end that lacks nothing else."""
    return not any(isinstance(found, Reject) for found in parse(line))
