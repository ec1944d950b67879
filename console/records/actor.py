"""Owns who writes: the actor, where the write came from, and the session it was made in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """The door through which a write came. `unknown` is a bare shell on the database."""

    CONSOLE = "console"
    CLI = "cli"
    HTTP = "http"
    AGENT = "agent"
    INBOX = "inbox"
    SCHEDULER = "scheduler"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who makes a write."""

    name: str
    """Agent id, `operator`, or `scheduler`."""
    origin: Origin
    session: str | None = None
    """The session's UUID where the write is made inside one."""


OPERATOR = "operator"
SCHEDULER = Actor(name="scheduler", origin=Origin.SCHEDULER)
