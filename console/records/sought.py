"""Owns what somebody looks for in the lists that have no end, of which only the newest are read. It knows no database."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("Sought",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Words; empty where only the newest are wanted."""

    reviews: str = ""
    sessions: str = ""
    """Ended ones."""
