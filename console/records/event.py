"""Owns the event: one line of a database's change feed, written by triggers in the transaction that it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.records.rows import from_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What changed, when, and who did it."""

    seq: int
    at: int
    actor: str
    origin: str
    session: str | None = None
    task: int | None = None
    kind: str
    """Such as `created`, `status`, `edited`, `ended`."""
    entity: str
    """task, session, review, seat, verdict, comment, decision, observation, output, submission, dependency, project, …"""
    id: str
    old: str | None = None
    new: str | None = None
    fence: int | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Event:
        """From a row of `events`."""
        return from_row(cls, row)
