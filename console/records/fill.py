"""Owns how full the context of a conversation is, as its agent's program tells it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("Fill",)

_MOST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """Of one conversation, in tokens; 0 where it is not told."""

    used: int = 0
    """What its last model call read and wrote."""
    window: int = 0
    """What its model can take."""

    def then(self, told: Fill) -> Fill:
        """What is known after `told` was told, too; what cannot be is no word on it."""
        fits = {name: 0 <= value <= _MOST for name, value in (("used", told.used), ("window", told.window))}
        return Fill(
            used=(told.used if fits["used"] else 0) or self.used,
            window=(told.window if fits["window"] else 0) or self.window,
        )

    def is_nearly_full(self, share: float) -> bool:
        """Whether so much of it is used up; never where it is not known how much it can take."""
        return self.window > 0 and self.used >= self.window * share
