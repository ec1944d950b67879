"""Owns the calibration of a reviewer as it leaves the house."""

from __future__ import annotations

from collections.abc import Mapping

from console.api.shape import Shape

__all__ = ("Calibration",)


class Calibration(Shape, frozen=True, kw_only=True):
    """How often a reviewer's confident approvals were overturned later."""

    reviewer: str
    """Whose they are."""
    projects: tuple[str, ...]
    """In which it judged."""
    verdicts: Mapping[str, int]
    """Verdict to how many of it."""
    confidence: float | None
    """The mean, 0 to 1."""
    confident_approvals: int
    """Approvals of which it was sure."""
    overturned: int
    """Those of them that were overturned later."""
    overturned_share: float | None
    """0 to 1; null where there were none."""
