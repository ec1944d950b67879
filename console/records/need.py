"""Owns the need: one thing that only the operator can settle. Their count is the console's `needs you`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NeedKind(StrEnum):
    """What kind of act is asked for."""

    REVIEW = "review"
    """An escalated review, a task's own text that is to be changed, or a task that ended without review and submit."""
    HELD = "held"
    """A guardrail holds the task."""
    FAILED = "failed"
    """The last attempt failed, or its review rejected it; not where the task said what follows and it has followed."""
    BLOCKED = "blocked"
    """Cancelled, while others depend on it."""
    ALERT = "alert"
    """An urgent alert nobody has acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that waits for the operator."""

    kind: NeedKind
    project: str
    """Empty for the home itself."""
    task_id: int | None = None
    review_id: int | None = None
    alert_id: int | None = None
    title: str
    reason: str
    since: int
    """Epoch ms."""
