"""Owns what the inbox remembers: a file that is tailed, and a message that was read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row


class SegmentState(StrEnum):
    """How a file of the inbox stands."""

    LIVE = "live"
    RENAMED = "renamed"
    """Writers may still hold it: it is read until it has been quiet for long."""
    CLOSED = "closed"
    """Read to its end and quiet; it is looked at now and then."""
    GONE = "gone"
    """No longer there, or no longer the same file."""


class MessageStatus(StrEnum):
    """What became of a message."""

    NEW = "new"
    DONE = "done"
    BAD = "bad"
    """In quarantine, with its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A file of the inbox, known by device, number and the hash of what was read of it."""

    id: int
    mark: str
    """A random word; `mark:offset` names a line for ever, also where the file's number is used again."""
    dev: int
    ino: int
    name: str
    """Relative to the folder of the inbox."""
    head: str = ""
    offset: int = 0
    """Bytes whose lines are committed."""
    skipping: bool = False
    """Inside a line that is too long, whose rest is passed over."""
    state: SegmentState = SegmentState.LIVE
    first_seen: int = 0
    last_growth: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Segment:
        """From a row of `segments`."""
        return from_row(cls, row, state=SegmentState, skipping=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMessage:
    """A line of the inbox as it was read."""

    id: int
    msg_key: str
    """Its writer's id for it, else its place in its file; a project applies a key once."""
    project: str
    """Empty where it is for the home itself."""
    kind: str
    """Empty where that could not be read."""
    writer: str
    body: str
    """JSON; in quarantine whatever it was, made safe and without secrets."""
    status: MessageStatus
    reason: str | None = None
    """Why it is in quarantine, or why it changed nothing."""
    at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> InboxMessage:
        """From a row of `messages`."""
        return from_row(cls, row, status=MessageStatus)
