"""Owns the frames by which the gateway tells of one session: bytes into records.

As in `wire`, every record takes what it knows and lets the rest go.
"""

from __future__ import annotations

from console.gateway.wire import Number, Record

__all__ = ("About", "Described")


class About(Record, frozen=True, kw_only=True):
    """One session."""

    child_sessions: tuple[str, ...] | None = None
    """Those that were begun under it."""
    ended_at: Number | None = None
    """When its last run ended."""
    context_tokens: Number | None = None
    """What its model takes."""


class Described(Record, frozen=True, kw_only=True):
    """The answer to `sessions.describe`, which costs the gateway a tenth of what its list does."""

    session: About | None = None  # none once it is archived
