"""Owns what `moziplus doctor` finds, as it leaves the house."""

from __future__ import annotations

from console.api.shape import Shape

__all__ = ("Diagnosis",)


class Diagnosis(Shape, frozen=True, kw_only=True):
    """One thing that was looked at."""

    check: str
    """By which check."""
    state: str
    """ok, warn or wrong."""
    means: str
    """What was found, and what it means."""
    do: str
    """What to do about it; empty where there is nothing to do."""
