"""Owns what needs the operator, as it leaves the house: what it is about, why, and the command that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.clock import iso
from console.records.need import NeedKind

if TYPE_CHECKING:
    from console.records.need import Need as NeedRecord

__all__ = ("Need",)


class Need(Shape, frozen=True, kw_only=True):
    """Something that needs the operator."""

    project: str | None
    """Its project's id; null for the home's own."""
    kind: NeedKind
    """What kind of act is asked for."""
    task: int | None
    """The task that it is about."""
    review: int | None
    """The review that waits."""
    alert: int | None
    """The alert that wants to be acknowledged."""
    ask: int | None
    """The ask that waits for an answer."""
    title: str
    """What it is about, in one line."""
    reason: str
    """Why it needs you."""
    since: str | None
    """UTC, ISO 8601."""
    answer: str
    """The command that answers it."""

    @classmethod
    def of(cls, need: NeedRecord) -> Need:
        """Of the record."""
        return cls(
            project=need.project or None,
            kind=need.kind,
            task=need.task_id,
            review=need.review_id,
            alert=need.alert_id,
            ask=need.ask_id,
            title=need.title,
            reason=need.reason,
            since=iso(need.since),
            answer=need.answer,
        )
