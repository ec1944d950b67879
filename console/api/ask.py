"""Owns the ask as it leaves the house: what an agent waits for from a person, what may be answered, and what was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.api.shape import Shape
from console.clock import iso
from console.records.ask import Answered, AskKind, AskStatus, Leave, Risk

if TYPE_CHECKING:
    from console.records.ask import Ask as AskRecord

__all__ = ("Ask", "Option")


class Option(Shape, frozen=True, kw_only=True):
    """One answer that may be given."""

    id: str
    """As whoever asks knows it."""
    label: str
    """As a person reads it."""
    leave: Leave | None
    """What it leaves the agent to do; null where it is no approval."""


class Ask(Shape, frozen=True, kw_only=True):
    """Something that waits for an answer, or has one."""

    project: str
    """Its project's id."""
    ask: int
    """Unique in its project."""
    task: int
    """The task that it belongs to."""
    session: str | None
    """Whose agent asked."""
    kind: AskKind
    """What is wanted."""
    status: AskStatus
    """How it stands."""
    text: str
    """What is asked."""
    options: tuple[Option, ...]
    """What may be chosen; empty where the answer is free."""
    about: Mapping[str, Any]
    """What it would do: tool, command, path, host, diff."""
    risk: Risk | None
    """What may come of it, as whoever asks says."""
    by: str
    """Who asks."""
    source: str
    """The door by which it came."""
    at: str | None
    """UTC, ISO 8601."""
    expires_at: str | None
    """UTC, ISO 8601; null where it waits for as long as its session or its task does."""
    default: str | None
    """What holds when it expires."""
    parked: bool
    """No session waits for it: its task is held until it is answered."""
    choice: str | None
    """The id of the option that was taken."""
    answer: str
    """The words of the answer; where it was closed, why."""
    said: str
    """Both, as its agent gets them."""
    answered_by: str | None
    """Who answered."""
    answered_how: Answered | None
    """By which rung of the ladder."""
    rule: str | None
    """The guardrail that answered it, or that has it asked."""
    answered_at: str | None
    """UTC, ISO 8601."""
    heard_at: str | None
    """When its agent was told: UTC, ISO 8601."""

    @classmethod
    def of(cls, project: str, found: AskRecord) -> Ask:
        """Of the record."""
        return cls(
            project=project,
            ask=found.id,
            task=found.task_id,
            session=found.session,
            kind=found.kind,
            status=found.status,
            text=found.body,
            options=tuple(Option(id=o.id, label=o.label, leave=o.leave) for o in found.options),
            about=dict(found.about),
            risk=found.risk,
            by=found.asker,
            source=found.source,
            at=iso(found.at),
            expires_at=iso(found.expires_at),
            default=found.fallback,
            parked=found.parked,
            choice=found.choice,
            answer=found.answer,
            said=found.said,
            answered_by=found.answered_by,
            answered_how=found.answered_how,
            rule=found.rule,
            answered_at=iso(found.answered_at),
            heard_at=iso(found.heard_at),
        )
