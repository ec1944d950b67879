"""Owns what can be asked about an agent at work: stop it, tell it something, note what it spent.

That a stop is carried out for certain, also where nobody is in charge, is the engine's: here it is asked for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from console.blackboard.reads.home import request
from console.blackboard.writes import sessions as writes
from console.blackboard.writes.home import answer, ask
from console.commands.context import Context
from console.commands.text import Prose
from console.errors import Conflict, Unavailable, UsageError
from console.records.request import RequestKind
from console.records.session import Session, StopReason

__all__ = ("Spent", "Tell", "note_spent", "note_word", "refuse_vain", "stop", "tell")

_PAUSE = 0.05
MOST_TOKENS = 10**12
MOST_COST = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Words for an agent at work, passed on by whoever is in charge within `patience` seconds, or not at all."""

    project: str
    session: Session
    text: Prose
    patience: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a session has spent since its last report."""

    session: str
    fence: int
    tokens: int = 0
    cost: float = 0.0
    """US dollars."""


def stop(context: Context, session: str) -> None:
    """Ask for it to be stopped; its task goes back to pending."""
    writes.request_stop(context.db, session, StopReason.OPERATOR, by=context.by, now=context.now)


def tell(context: Context, asked: Tell) -> None:
    """Have it passed on; the context has the home's database.

    Raises UsageError for empty words, Conflict where the session has ended or its agent takes none, Unavailable where nobody
    answers in time; then nothing is sent later either.
    """
    refuse_vain(asked)
    session, db = asked.session, context.db
    wish = {"project": asked.project, "session": session.id, "text": asked.text}
    sent = ask(db, RequestKind.SEND, wish, by=context.by, now=context.now).id
    until = time.monotonic() + asked.patience
    while (found := request(db, sent)) is not None and found.outcome is None:
        if time.monotonic() > until:
            answer(db, sent, "withdrawn: nobody answered", now=context.now)
            raise Unavailable(f"whoever is in charge did not answer in {asked.patience:g} s; nothing was sent")
        time.sleep(_PAUSE)
    if found is None or found.outcome != "done":
        raise Conflict(f"not sent to {session.agent}: {found.outcome if found else 'the request is gone'}")


def refuse_vain(asked: Tell) -> None:
    """Raise UsageError for empty words and Conflict where nobody is left to hear them, before anybody is asked for it."""
    if asked.session.gone_at is not None:
        raise Conflict(f"session {asked.session.id} has ended: {asked.session.status}")
    if not asked.text:
        raise UsageError("there is nothing to send: the text is empty")


def note_word(context: Context, session: str, line: str | None = None) -> None:
    """It lives, and this is what it said last, which was cleaned where it was read."""
    writes.note_word(context.db, session, now=context.now, last_line=line)


def note_spent(context: Context, asked: Spent) -> Session:
    """Add it to what the session has spent. Raises UsageError for what is no amount, StaleFence."""
    if not 0 <= asked.tokens <= MOST_TOKENS or not 0 <= asked.cost <= MOST_COST:  # NaN is within nothing
        raise UsageError("tokens and cost are what was spent since the last report: numbers from 0 up")
    return writes.add_usage(
        context.db,
        asked.session,
        asked.fence,
        tokens=asked.tokens,
        cost=asked.cost,
        by=context.by,
        now=context.now,
    )
