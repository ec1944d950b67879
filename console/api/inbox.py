"""Owns the inbox as it leaves the house: a message that came in, and one that was sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.clock import iso
from console.records.inbox import MessageStatus

if TYPE_CHECKING:
    from console.records.inbox import InboxMessage

__all__ = ("Message", "MessageSent")


class Message(Shape, frozen=True, kw_only=True):
    """A message that came in."""

    id: int
    """Unique in the home."""
    status: MessageStatus
    """How it stands."""
    project: str | None
    """The project that it is for; null where it names none."""
    kind: str | None
    """What it asks for."""
    writer: str | None
    """Who it says that wrote it."""
    reason: str | None
    """Why it is in quarantine."""
    body: str
    """The message as it came."""
    at: str | None
    """When it was read: UTC, ISO 8601."""

    @classmethod
    def of(cls, message: InboxMessage) -> Message:
        """Of the record."""
        return cls(
            id=message.id,
            status=message.status,
            project=message.project or None,
            kind=message.kind or None,
            writer=message.writer,
            reason=message.reason,
            body=message.body,
            at=iso(message.at),
        )


class MessageSent(Shape, frozen=True, kw_only=True):
    """A message that was appended to the inbox."""

    id: str
    """By which its writer knows it: the same again is applied once."""
    path: Path
    """The inbox file."""
    notes: tuple[str, ...] = ()
    """What keeps it from being done now."""
