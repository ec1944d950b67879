"""Owns the grace: for how long a task does not start, because a verdict of the operator's can still be taken back."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("Grace",)


@dataclass(frozen=True, slots=True)
class Grace:
    """What one task waits for."""

    until: int
    """Epoch ms."""
    of: int
    """The task that the verdict was on: itself, or one that it needs."""
