"""Owns the request: what a console or command asks of whoever is in charge, with its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row, mapping


class RequestKind(StrEnum):
    """What is asked."""

    WAKE = "wake"
    STOP_SESSION = "stop_session"
    SEND = "send"
    DRAIN = "drain"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A row of the home's database; open until `outcome_at`."""

    id: str
    kind: RequestKind
    args: dict[str, Any]
    actor: str
    origin: str
    at: int
    outcome: str | None = None
    """`done`, or why not, in one line."""
    outcome_at: int | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Request:
        """From a row of `requests`."""
        return from_row(cls, row, kind=RequestKind, args=mapping)
