"""Owns the application of messages: those of one project in one transaction there, each once, whatever one of them does.

What a message means is in `effects`; when and for whom this is called is the consumer's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from console.blackboard.connection import Database, write
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.home import ask
from console.blackboard.writes.inbox import apply_once, settle
from console.commands import control
from console.commands.context import Context, Team
from console.commands.text import Reason
from console.crash import crash_point
from console.errors import NotFound, UsageError
from console.inbox import kinds
from console.inbox.effects import perform
from console.inbox.parse import ANONYMOUS, understood
from console.records.actor import Actor, Origin
from console.records.inbox import InboxMessage, MessageStatus
from console.records.request import RequestKind

__all__ = ("Outcome", "apply_at_home", "apply_in_project", "note_outcomes", "refuse")

UNKNOWN = "this version does not understand it any more"


class Outcome(NamedTuple):
    """What became of a message."""

    message: InboxMessage
    status: MessageStatus
    reason: str | None
    send_to: str | None = None
    """The session at work to which its text is passed on."""


def apply_in_project(db: Database, messages: Sequence[InboxMessage], team: Team, *, now: int) -> list[Outcome]:
    """Let `messages` take effect on a blackboard, in order, in one durable transaction. Raises what the database raises."""
    outcomes = []
    with write(db, durable=True):
        for stored in messages:
            outcomes.append(_apply(db, stored, team, now))
        crash_point("inbox.apply.before_commit")
    crash_point("inbox.apply.after_commit")
    return outcomes


def apply_at_home(db: Database, messages: Sequence[InboxMessage], *, now: int) -> list[Outcome]:
    """The same for messages to the home itself, settled in the same transaction."""
    outcomes = []
    with write(db, durable=True):
        for stored in messages:
            message = _understood(stored)
            if message is None:
                outcomes.append(Outcome(stored, MessageStatus.BAD, UNKNOWN))
                continue
            status, reason = apply_once(db, stored, lambda m=message: _at_home(db, m, now), now=now)  # type: ignore[misc]
            outcomes.append(Outcome(stored, status, reason))
        note_outcomes(db, outcomes, now=now)
    return outcomes


def refuse(messages: Iterable[InboxMessage], reason: str) -> list[Outcome]:
    """All of them into quarantine."""
    return [Outcome(message, MessageStatus.BAD, reason) for message in messages]


def note_outcomes(db: Database, outcomes: Sequence[Outcome], *, now: int) -> None:
    """Remember in the home's database what became of messages, and ask for those that are to be passed on to a session."""
    with write(db):
        for outcome in outcomes:
            if outcome.send_to is not None:
                _pass_on(db, outcome.message, outcome.send_to, now)
        settle(db, ((o.message.id, o.status, o.reason) for o in outcomes))


def _apply(db: Database, stored: InboxMessage, team: Team, now: int) -> Outcome:
    message = _understood(stored)
    if message is None:
        return Outcome(stored, MessageStatus.BAD, UNKNOWN)
    status, reason = apply_once(db, stored, lambda: perform(db, message, team, now=now), now=now)
    send_to = None
    if isinstance(message, kinds.Message) and status == MessageStatus.DONE:
        # Also where it was applied before: a crash may have come between that and the request, whose id is the key.
        send_to = _at_work(db, message.task)
    return Outcome(stored, status, reason, send_to)


def _understood(stored: InboxMessage) -> kinds.Written | None:
    try:
        return understood(stored.body)
    except (msgspec.MsgspecError, ValueError):
        return None


def _at_work(db: Database, task_id: int) -> str | None:
    try:
        return get_task(db, task_id).session
    except NotFound:
        return None


def _at_home(db: Database, message: kinds.Written, now: int) -> str | None:
    if message.session is not None:
        raise UsageError("a session belongs to a project: name it")
    context = Context(db, Actor(name=message.from_ or ANONYMOUS, origin=Origin.INBOX), now)
    match message:
        case kinds.Pause():
            control.pause_home(context, control.Pause(reason=Reason(message.reason or "")))
        case kinds.Resume():
            return None if control.resume_home(context, estop=False) else "the home was not paused"
        case kinds.Wake():
            pass
        case _:
            raise UsageError("a project is missing")
    return None


def _pass_on(db: Database, stored: InboxMessage, session: str, now: int) -> None:
    message = _understood(stored)
    if isinstance(message, kinds.Message):
        by = Actor(name=message.from_ or ANONYMOUS, origin=Origin.INBOX)
        args = {"project": message.project, "session": session, "text": message.body}
        ask(db, RequestKind.SEND, args, by=by, now=now, request_id=f"inbox {stored.msg_key}")
