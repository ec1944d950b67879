"""Owns the way out of quarantine: a message is understood anew, mended where a person mended it, and waits again."""

from __future__ import annotations

from console.blackboard.connection import Database
from console.blackboard.reads.inbox import find_message
from console.blackboard.writes.inbox import retry_message
from console.errors import Conflict, NotFound, UsageError
from console.inbox.parse import ANONYMOUS, Good, Reject, parse
from console.records.inbox import InboxMessage, MessageStatus

__all__ = ("retry",)


def retry(db: Database, message_id: int, mended: str | None = None) -> InboxMessage:
    """Let a message in quarantine wait to be applied again, as it is or as `mended`; it keeps its writer's id or its place.

    Raises NotFound, Conflict where it is not in quarantine, UsageError where it is still no message.
    """
    known = find_message(db, message_id)
    if known is None:
        raise NotFound(f"there is no message {message_id} in the inbox; `moziplus inbox show --bad` lists them")
    if known.status != MessageStatus.BAD:
        raise Conflict(f"message {message_id} is {known.status}, not in quarantine")
    found = parse((mended if mended is not None else known.body).encode("utf-8", "surrogateescape"))
    if len(found) != 1:
        raise UsageError(f"message {message_id} is {len(found) or 'no'} JSON objects; mend it to one with --body")
    (one,) = found
    if isinstance(one, Reject):
        raise UsageError(f"message {message_id} stays in quarantine: {one.reason}; mend it with --body")
    writer = known.writer if one.writer == ANONYMOUS else one.writer
    retry_message(
        db,
        message_id,
        project=one.project,
        kind=one.kind,
        writer=writer,
        body=one.body,
        msg_key=_key(known, one, writer),
    )
    after = find_message(db, message_id)
    assert after is not None
    return after


def _key(known: InboxMessage, one: Good, writer: str) -> str:
    """A message whose writer gave it an id keeps that; its place may not stand for two messages."""
    return known.msg_key if one.message.id is None else f"{writer}#{one.message.id}"
