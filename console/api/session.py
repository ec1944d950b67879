"""Owns the session as it leaves the house: one run of one agent on one task or one review seat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.api.shape import Shape
from console.clock import iso
from console.records.session import SessionStatus, StopReason
from console.records.transcript import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from console.records.fill import Fill
    from console.records.session import Session as SessionRecord
    from console.records.transcript import Entry as TranscriptEntry

__all__ = ("Context", "Entry", "Sent", "Session")


class Context(Shape, frozen=True, kw_only=True):
    """How much of its model's context a conversation takes."""

    used: int
    """Tokens of the last call."""
    window: int | None
    """Tokens that its model can take; null where its program does not tell."""


class Session(Shape, frozen=True, kw_only=True):
    """A session."""

    project: str | None
    """Its project's id; null where nobody can tell."""
    id: str
    """A UUID."""
    task: int
    """The task that it works on, or judges."""
    seat: int | None
    """The review seat, of a reviewer's."""
    agent: str
    """Whose it is."""
    backend: str
    """command, demo, gateway or external."""
    status: SessionStatus
    """How it stands or ended."""
    fence: int
    """Number of its claim."""
    attempt: int
    """1 for the first at this round of work."""
    run: str | None
    """The scheduler's life that started it."""
    folder: str | None
    """Absolute path of its folder."""
    lease_until: str | None
    """UTC, ISO 8601."""
    created_at: str | None
    """UTC, ISO 8601."""
    started_at: str | None
    """UTC, ISO 8601."""
    last_word_at: str | None
    """Its last sign of life: UTC, ISO 8601."""
    last_line: str | None
    """What it last said, one line."""
    ended_at: str | None
    """When its result was settled: UTC, ISO 8601."""
    gone_at: str | None
    """When its process was confirmed gone: UTC, ISO 8601."""
    stop_reason: StopReason | None
    """Why it was asked to stop."""
    exit_code: int | None
    """Of its process."""
    failure: str | None
    """A known cause in one line."""
    tail: str | None
    """The end of its output, where it failed."""
    counted: bool
    """It counts against the attempts of its task."""
    tokens: int
    """As reported."""
    cost: float
    """US dollars, as reported."""
    skills: tuple[str, ...]
    """The skills that it got."""
    asks: tuple[int, ...]
    """Numbers of its asks that nobody has answered: it waits for these."""
    conversation: str | None
    """The one in which its model answered, by its own program's name of it."""
    resumes: str | None
    """The session before it in that conversation; null where it began it."""
    context: Context | None
    """How full that was at its last word on it; null where its program does not tell."""

    @classmethod
    def of(
        cls,
        project: str | None,
        session: SessionRecord,
        asks: Iterable[int] = (),
        resumes: str | None = None,
        fill: Fill | None = None,
    ) -> Session:
        """Of the record, and of what it asks."""
        return cls(
            project=project,
            id=session.id,
            task=session.task_id,
            seat=session.seat_id,
            agent=session.agent,
            backend=session.backend,
            status=session.status,
            fence=session.fence,
            attempt=session.attempt,
            run=session.run_id,
            folder=session.folder,
            lease_until=iso(session.lease_until),
            created_at=iso(session.created_at),
            started_at=iso(session.started_at),
            last_word_at=iso(session.last_word_at),
            last_line=session.last_line,
            ended_at=iso(session.ended_at),
            gone_at=iso(session.gone_at),
            stop_reason=session.stop_reason,
            exit_code=session.exit_code,
            failure=session.failure,
            tail=session.tail,
            counted=bool(session.counted),
            tokens=session.tokens,
            cost=session.cost,
            skills=session.skills,
            asks=tuple(asks),
            conversation=session.external_id,
            resumes=resumes,
            context=None if fill is None else Context(used=fill.used, window=fill.window or None),
        )


class Entry(Shape, frozen=True, kw_only=True):
    """One thing that happened in a session."""

    kind: EntryKind
    """What."""
    at: str | None
    """UTC, ISO 8601."""
    id: str | None
    """As its source calls it: a tool call and its result, and the pieces of one message, have the same."""
    text: str
    """What was said, came back or went wrong."""
    fields: dict[str, Any]
    """What else is known: tool, command, path, input, exit_code, tokens, cost, …"""

    @classmethod
    def of(cls, entry: TranscriptEntry) -> Entry:
        """Of the record."""
        return cls(
            kind=entry.kind, at=iso(entry.at or None), id=entry.id or None, text=entry.text, fields=dict(entry.fields)
        )


class Sent(Shape, frozen=True, kw_only=True):
    """A message to an agent at work that was passed on."""

    id: str
    """The session's."""
    project: str
    """Its id."""
    sent: bool
    """True."""
