"""Owns how bytes become lines: what is whole is cut off, what is partial stays, what is too long is passed over. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.writes.inbox import Taken
from console.inbox.parse import LINE_MAX, Good, Reject, harmless, parse, too_long
from console.records.inbox import MessageStatus, Segment

__all__ = ("Cut", "as_taken", "cut_lines")

_NEW, _BAD = str(MessageStatus.NEW), str(MessageStatus.BAD)  # plain text, which is stored at half the cost


@dataclass(frozen=True, slots=True)
class Cut:
    """What a piece of a file gave."""

    used: int
    """Bytes from its beginning that are done with."""
    lines: list[Taken]
    skipping: bool
    """Its last line is too long and has not ended yet."""


def cut_lines(chunk: bytes, segment: Segment, *, now: int, whole: bool = False) -> Cut:
    """Take the lines of `chunk`, the bytes of `segment` from its offset on.

    `whole` says that a line without an end is one, too: nobody will write on.
    """
    begin = 0
    if segment.skipping:
        end = chunk.find(b"\n")
        if end < 0:
            return Cut(len(chunk), [], True)
        begin = end + 1
    end = len(chunk) if whole else chunk.rfind(b"\n") + 1
    lines: list[Taken] = []
    if end > begin:
        plain = harmless(chunk[begin:end])
        at = begin
        for line in chunk[begin:end].split(b"\n"):
            lines += [as_taken(found, segment, at, now) for found in parse(line, plain=plain)]
            at += len(line) + 1
    else:
        end = begin
    end = _over_a_hole(chunk, end)
    if len(chunk) - end > LINE_MAX:
        lines.append(as_taken(too_long(chunk[end : end + LINE_MAX]), segment, end, now))
        return Cut(len(chunk), lines, True)
    return Cut(end, lines, False)


def _over_a_hole(chunk: bytes, begin: int) -> int:
    """Where the NULs end that a truncation left before a line; there may be far more of them than a line has bytes."""
    return len(chunk) - len(chunk[begin:].lstrip(b"\0")) if chunk.startswith(b"\0", begin) else begin


def as_taken(found: Good | Reject, segment: Segment, at: int, now: int) -> Taken:
    """A parsed line as it is stored. Its key is its writer's id for it, else its place in its file."""
    if isinstance(found, Reject):
        place = f"{segment.mark}:{segment.offset + at + found.at}"
        return Taken(place, "", "", found.writer, found.body, _BAD, found.reason, now)
    named = found.message.id
    key = f"{found.writer}#{named}" if named is not None else f"{segment.mark}:{segment.offset + at + found.at}"
    return Taken(key, found.project, found.kind, found.writer, found.body, _NEW, None, now)
