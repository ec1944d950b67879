"""Owns the session: one run of one agent on one task or one review seat.

Two ends are kept apart: `ended_at` (its result is settled) and `gone_at` (its process is confirmed gone, its slot free).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row, words


class SessionStatus(StrEnum):
    """How a session stands or ended."""

    STARTING = "starting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    LOST = "lost"


LIVE = frozenset({SessionStatus.STARTING, SessionStatus.RUNNING})


class StopReason(StrEnum):
    """Why a session was asked to stop before it ended by itself."""

    CANCEL = "cancel"
    HOLD = "hold"
    TIMEOUT = "timeout"
    ESTOP = "estop"
    OPERATOR = "operator"
    LINGERING = "lingering"
    """It submitted, and its process did not leave within its grace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An attempt: one run of one agent."""

    id: str
    """UUID; for a full gateway agent also the gateway's run id."""
    task_id: int
    seat_id: int | None = None
    """Set when the session is a reviewer's."""
    agent: str
    backend: str
    """By name; one that `console.backends` does not know was written by a newer moziplus."""
    status: SessionStatus = SessionStatus.STARTING
    fence: int
    """Of the task, or of the seat where `seat_id` is set."""
    attempt: int = 1
    """1 for the first attempt at this round of work."""
    run_id: str | None = None
    """The scheduler's life that started it."""
    folder: str | None = None
    """Absolute path of the session's folder."""
    external_id: str | None = None
    """The conversation in which its model answered, by its own program's name of it."""
    lease_until: int | None = None
    created_at: int = 0
    started_at: int | None = None
    last_word_at: int | None = None
    """Epoch ms of the last output, blackboard write, gateway event or CPU use of its process tree."""
    last_line: str | None = None
    """What it last said, one line, made safe."""
    ended_at: int | None = None
    gone_at: int | None = None
    stop_reason: StopReason | None = None
    stop_requested_at: int | None = None
    nudged_at: int | None = None
    exit_code: int | None = None
    failure: str | None = None
    """A known cause in one line, where there is one."""
    tail: str | None = None
    """The last 4000 characters of its output, redacted, where the attempt failed."""
    counted: int = 0
    """1 where the attempt counts against `retry.max_attempts`."""
    tokens: int = 0
    cost: float = 0.0
    """US dollars, as reported."""
    skills: tuple[str, ...] = ()
    """`id@version` of each skill that its prompt had whole."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Session:
        """From a row of `sessions`."""
        return from_row(cls, row, status=SessionStatus, stop_reason=StopReason, skills=words)

    @property
    def live(self) -> bool:
        """Its result is not settled."""
        return self.ended_at is None


def resumed(sessions: Iterable[Session]) -> dict[str, str]:
    """Of sessions, oldest first: those that went on with a conversation, and the session before in the same one."""
    found: dict[str, str] = {}
    newest: dict[str, str] = {}
    for session in sessions:
        if (name := session.external_id) is not None:
            if name in newest:
                found[session.id] = newest[name]
            newest[name] = session.id
    return found
